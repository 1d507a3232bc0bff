import time

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
