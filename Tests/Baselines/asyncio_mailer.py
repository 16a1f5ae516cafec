#!/usr/bin/env python3
"""The mailer that most teams write first, to compare `maild-bench send` with: asyncio, Jinja2, the
standard library's e-mail package, one message after another over so many connections.

    asyncio_mailer.py HOST PORT [--messages N] [--size BYTES] [--connections C]

Prints one JSON line: messages, seconds, cpu_seconds. It keeps no ledger. Exit status 77 without
Jinja2.
"""
import argparse
import asyncio
import email.mime.multipart
import email.mime.text
import email.policy
import email.utils
import json
import sys
import time

try:
    import jinja2
except ImportError:
    print("asyncio_mailer: skipped, this Python has no jinja2", file=sys.stderr)
    sys.exit(77)

# The newer policies fold headers, which costs them milliseconds a message.
POLICY = email.policy.compat32.clone(linesep="\r\n")
SENTENCE = "Four days across the country by train, and what was seen on the way. "


def templates(size):
    """HTML and text with eight fields, a choice of three and twelve links, as `send` has them."""
    filler = max(0, (size - 5500) // 2 // len(SENTENCE))
    hero = (
        "{% if travel >= 2 %}Travel for {{ f1 }}, {{ travel }}"
        "{% elif cars >= 1 %}Cars for {{ f1 }}, {{ cars }}{% else %}News for {{ f1 }}{% endif %}"
    )
    links = [f"https://mail.example.com/c/{{{{ token }}}}/{n}" for n in range(1, 13)]
    fields = [f"{{{{ f{n} }}}}" for n in range(1, 9)]
    html = f"<html><body><h1>{hero}</h1>\n"
    html += "".join(f"<p>{field}</p>\n" for field in fields)
    html += "".join(f'<p><a href="{link}">Offer</a></p>\n' for link in links)
    html += f"<p>{SENTENCE}</p>\n" * filler + "</body></html>\n"
    text = hero + "\n" + "\n".join(fields + links) + "\n" + f"{SENTENCE}\n" * filler
    plain = jinja2.Environment(autoescape=False)
    escaped = jinja2.Environment(autoescape=True)
    return plain.from_string("Hello {{ f1 }}"), escaped.from_string(html), plain.from_string(text)


def profile(number):
    values = {f"f{n}": f"Wert {n} für {number}" for n in range(1, 9)}
    values.update(travel=number % 3, cars=number % 2, token=f"{number:026d}")
    return values


def compose(number, subject, html, text):
    values = profile(number)
    message = email.mime.multipart.MIMEMultipart("alternative")
    message["From"] = "News <news@example.com>"
    message["To"] = f"p{number}@example.org"
    message["Subject"] = subject.render(values)
    message["Date"] = email.utils.formatdate()
    message["Message-ID"] = f"<{number}@mail.example.com>"
    message["List-Unsubscribe"] = f"<https://mail.example.com/u/{values['token']}>"
    # Base64, which the library writes in a fraction of the time of quoted-printable.
    message.attach(email.mime.text.MIMEText(text.render(values), "plain", "utf-8"))
    message.attach(email.mime.text.MIMEText(html.render(values), "html", "utf-8"))
    return message.as_bytes(policy=POLICY)


class Session:
    """A connection that says one command and waits for its reply."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    async def expect(self, code):
        while True:
            line = await self.reader.readline()
            if line[:1] != code:
                raise RuntimeError(f"unexpected reply {line!r}")
            if line[3:4] != b"-":
                return

    async def say(self, line, code=b"2"):
        self.writer.write(line)
        await self.writer.drain()
        await self.expect(code)

    async def send(self, number, content):
        await self.say(b"MAIL FROM:<news@example.com>\r\n")
        await self.say(b"RCPT TO:<p%d@example.org>\r\n" % number)
        await self.say(b"DATA\r\n", b"3")
        await self.say(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")


async def work(host, port, numbers, parts):
    session = Session(*await asyncio.open_connection(host, port))
    await session.expect(b"2")
    await session.say(b"EHLO localhost\r\n")
    for number in numbers:
        await session.send(number, compose(number, *parts))
    await session.say(b"QUIT\r\n")


async def run(options):
    parts = templates(options.size)
    numbers = iter(range(1, options.messages + 1))
    await asyncio.gather(
        *(work(options.host, options.port, numbers, parts) for _ in range(options.connections)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--size", type=int, default=10240)
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    start, processor = time.monotonic(), time.process_time()
    asyncio.run(run(options))
    print(json.dumps({
        "messages": options.messages, "seconds": time.monotonic() - start,
        "cpu_seconds": time.process_time() - processor}))


main()
