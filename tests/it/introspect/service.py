"""A service that protects something with Authlib: it gets tokens from its clients, and asks Keyroom about each."""

import sys

from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc6750 import InsufficientScopeError, InvalidTokenError
from authlib.oauth2.rfc7662 import IntrospectTokenValidator

address, reader, *tokens = sys.argv[1:]
# The service is known to Keyroom by a key of its own, sent as a bearer token.
session = OAuth2Session(token={"access_token": reader, "token_type": "Bearer"})


class Keyroom(IntrospectTokenValidator):
    def introspect_token(self, token_string):
        answer = session.introspect_token(
            address + "/v1/introspect",
            token=token_string,
            token_type_hint="access_token",
            auth=session.token_auth,
        )
        answer.raise_for_status()
        return answer.json()


validator = Keyroom(realm="service")
for token in tokens:
    for scope in ("OBJECTS_LIST", "FILE_DELETE"):
        try:
            known = validator.authenticate_token(token)
            validator.validate_token(known, [scope], None)
            print(scope, "granted to", known["client_id"])
        except (InvalidTokenError, InsufficientScopeError) as error:
            print(scope, error.error)
