DROP TABLE key_replays;
