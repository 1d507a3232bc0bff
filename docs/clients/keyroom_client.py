import time
import uuid

import requests


class KeyroomError(Exception):
    """A call that was refused. Decide by `code`."""

    def __init__(self, status, problem):
        super().__init__(f"{problem['code']}: {problem['detail']}")
        self.status = status
        self.code = problem["code"]
        self.request_id = problem["request_id"]
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
        options.setdefault("timeout", self.timeout)
        for tries_left in reversed(range(self.max_retries + 1)):
            answer = self._session.request(method, self.base_url + path, **options)
            if answer.status_code not in (429, 503) or not tries_left:
                break
            time.sleep(int(answer.headers.get("Retry-After", 1)))
        if not answer.ok:
            raise KeyroomError(answer.status_code, answer.json())
        return answer.json() if answer.content else None


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

    def create(self, **fields):
        """The answer is the only one that has the key's `secret`."""
        return self._client.request(
            "POST",
            "/secret-keys",
            json=fields,
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )

    def rotate(self, id, *, grace_seconds):
        return self._client.request(
            "POST",
            f"/secret-keys/{id}/rotate",
            json={"grace_seconds": grace_seconds},
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )

    def deactivate(self, id):
        return self._client.request("POST", f"/secret-keys/{id}/deactivate")
