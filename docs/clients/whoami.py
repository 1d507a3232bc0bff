import os
import sys

import requests

answer = requests.get(
    f"{os.environ['KEYROOM_BASE_URL']}/whoami",
    headers={"Authorization": f"Bearer {os.environ['KEYROOM_API_KEY']}"},
    timeout=10,
)
body = answer.json()
if not answer.ok:
    sys.exit(f"{body['code']}: {body['detail']} (request {body['request_id']})")
print(body["key"]["label"], "may", ", ".join(body["permissions"]) or "do nothing")
