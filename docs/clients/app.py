import os
import sys

from dotenv import load_dotenv

from keyroom_client import Keyroom, KeyroomError

load_dotenv()

client = Keyroom(
    base_url=os.environ["KEYROOM_BASE_URL"],
    api_key=os.environ["KEYROOM_API_KEY"],
)

try:
    print("This is", client.whoami()["key"]["label"])
    made = client.secret_keys.create(label="worker", permissions=["OBJECTS_LIST"])
    print("Made", made["label"], made["masked"])
    client.secret_keys.deactivate(made["id"])
    for key in client.secret_keys.list(status="deactivated"):
        print("Deactivated:", key["label"])
    # Its label is free again.
    client.secret_keys.revoke(made["id"])
    print("Revoked", made["label"])
except KeyroomError as error:
    sys.exit(f"{error} (request {error.request_id})")
