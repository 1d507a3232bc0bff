#!/bin/sh
# Prints which key this is. With a refusal it prints why, and ends with status 22.
set -eu
if [ -f .env ]; then
    . ./.env
fi

# --retry waits as long as Retry-After says.
curl --silent --show-error --fail-with-body --retry 2 --max-time 10 --config - "$KEYROOM_BASE_URL/whoami" <<END
header = "Authorization: Bearer $KEYROOM_API_KEY"
END
