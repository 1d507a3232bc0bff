"""What aiosmtpd does with the mails of a test: each becomes a file, and some addresses are treated as servers do."""

import asyncio
import email
import email.policy
import json
import os


class Keep:
    def __init__(self, folder, delay):
        self.folder, self.delay = folder, float(delay)
        self.put_off, self.number = set(), 0

    @classmethod
    def from_cli(cls, parser, *arguments):
        return cls(*arguments)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 No such mailbox; see https://mail.example/refused?to=" + address
        if address.startswith("later") and address not in self.put_off:
            self.put_off.add(address)
            return "451 4.2.0 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        [to] = envelope.rcpt_tos
        await asyncio.sleep(8 if to.startswith("slow") else self.delay)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.number += 1
        path = os.path.join(self.folder, str(self.number))
        with open(path + ".part", "w", encoding="utf-8") as file:
            json.dump(
                {
                    "sender": envelope.mail_from,
                    "to": to,
                    "hello": session.host_name,
                    "encrypted": server.transport.get_extra_info("ssl_object") is not None,
                    "headers": [[name, str(value)] for name, value in mail.items()],
                    "kind": mail.get_content_type(),
                    "parts": [part.get_content_type() for part in mail.iter_parts()],
                    "text": mail.get_body(("plain",)).get_content().replace("\r\n", "\n"),
                    "html": mail.get_body(("html",)).get_content().replace("\r\n", "\n"),
                },
                file,
            )
        os.rename(path + ".part", path + ".json")
        if to.startswith("broken"):
            server.transport.abort()
        return "250 OK"
