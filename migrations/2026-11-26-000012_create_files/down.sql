DROP TABLE file_labels;
DROP TABLE labels;
DROP TABLE files;
DROP FUNCTION keep_object();
DROP FUNCTION refuse_other_contents();
DROP FUNCTION let_objects_go();
DROP FUNCTION let_other_object_go();
