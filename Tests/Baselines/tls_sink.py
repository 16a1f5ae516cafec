"""An SMTP sink behind TLS (RFC 8314), for measuring what many sessions cost their client.

Takes everything and keeps nothing. Says {"listen": "127.0.0.1:PORT"} once it listens and runs until
it is ended.
"""

import argparse
import asyncio
import json
import ssl


async def serve(reader, writer):
    writer.write(b"220 sink ESMTP\r\n")
    while line := await reader.readline():
        word = line[:4].upper()
        if word == b"EHLO":
            writer.write(b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
        elif word == b"DATA":
            writer.write(b"354 go\r\n")
            while (line := await reader.readline()) not in (b".\r\n", b""):
                pass
            writer.write(b"250 2.0.0 taken\r\n")
        elif word == b"QUIT":
            writer.write(b"221 2.0.0 bye\r\n")
            break
        else:
            writer.write(b"250 2.0.0 fine\r\n")
        await writer.drain()
    writer.close()


async def quietly(reader, writer):
    try:
        await serve(reader, writer)
    except (ConnectionError, ssl.SSLError, ValueError):
        writer.close()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("certificate")
    parser.add_argument("key")
    given = parser.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(given.certificate, given.key)
    server = await asyncio.start_server(
        quietly, "127.0.0.1", 0, ssl=context, backlog=1024, ssl_handshake_timeout=120
    )
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"listen": f"127.0.0.1:{port}"}), flush=True)
    await server.serve_forever()


asyncio.run(main())
