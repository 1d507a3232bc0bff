import time
import uuid

import requests


NO_ANSWER = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
)

NOT_KEYROOM = {
    "code": "not_json",
    "detail": "The answer is no JSON, so it is not Keyroom's. Is the address right?",
}


class KeyroomError(Exception):
    """A call that was refused. Decide by `code`."""

    def __init__(self, status, problem):
        super().__init__(f"{problem['code']}: {problem['detail']}")
        self.status = status
        self.code = problem["code"]
        self.request_id = problem.get("request_id")
        self.errors = problem.get("errors", [])
        self.missing = problem.get("missing", [])


class Keyroom:
    def __init__(self, *, base_url, api_key, timeout=10, max_retries=2):
        self.base_url = base_url.rstrip("/")
        self.timeout = timeout
        self.max_retries = max_retries
        self.secret_keys = SecretKeys(self)
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {api_key}"

    def whoami(self):
        return self.request("GET", "/whoami")

    def request(self, method, path, **options):
        """Tries again after 429 and 503, and where no answer came: then the call may
        have been done. What must not be done twice needs an Idempotency-Key."""
        options.setdefault("timeout", self.timeout)
        for tries_left in reversed(range(self.max_retries + 1)):
            try:
                answer = self._session.request(method, self.base_url + path, **options)
            except NO_ANSWER:
                if not tries_left:
                    raise
                time.sleep(1)
                continue
            if answer.status_code not in (429, 503) or not tries_left:
                break
            time.sleep(int(answer.headers.get("Retry-After", 1)))
        document = self._document(answer) if answer.content else None
        if not answer.ok:
            raise KeyroomError(answer.status_code, document or NOT_KEYROOM)
        return document

    def _document(self, answer):
        try:
            return answer.json()
        except ValueError:
            raise KeyroomError(answer.status_code, NOT_KEYROOM) from None


class SecretKeys:
    def __init__(self, client):
        self._client = client

    def list(self, **filters):
        """Every key, page by page."""
        while True:
            page = self._client.request("GET", "/secret-keys", params=filters)
            yield from page["data"]
            if page["next_cursor"] is None:
                return
            filters["cursor"] = page["next_cursor"]

    def create(self, *, idempotency_key=None, **fields):
        """The answer is the only one that has the key's `secret`. If none comes, the
        same call with the same `idempotency_key` makes no second key."""
        return self._make("/secret-keys", fields, idempotency_key)

    def rotate(self, id, *, grace_seconds, idempotency_key=None):
        fields = {"grace_seconds": grace_seconds}
        return self._make(f"/secret-keys/{id}/rotate", fields, idempotency_key)

    def deactivate(self, id):
        return self._client.request("POST", f"/secret-keys/{id}/deactivate")

    def revoke(self, id):
        return self._client.request("POST", f"/secret-keys/{id}/delete")

    def _make(self, path, fields, idempotency_key):
        name = idempotency_key or str(uuid.uuid4())
        headers = {"Idempotency-Key": name}
        return self._client.request("POST", path, json=fields, headers=headers)
