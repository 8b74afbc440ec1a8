"""Runs MiniStack with rules that it lacks, and answers Terraform's provider a moment later than it could.

The provider loses answers that come too early. smithy-go closes the body of a request as soon as the head of the
answer is there; Go's net/http may still be about to look for the end of that body, takes the closed body for a failed
write, and closes the connection before the answer is read whole. The provider then repeats a call that was carried
out, and a creation is refused because it was done (docs/upstream.md). AWS is never near enough for that.
"""

import asyncio

from ministack import app as ministack

# On two processors that eight programs wanted, 60 of 8,000 connections were closed so without a delay, 1 with 30 ms.
DELAY_SECONDS = 0.05

answer_at_once = ministack.app


def has_body_of_the_provider(scope):
    """Whether a request is one that Go's SDK sends with a body: only those lose their answers."""
    if scope["type"] != "http":
        return False
    headers = dict(scope["headers"])
    return b"aws-sdk-go" in headers.get(b"user-agent", b"") and headers.get(b"content-length", b"0") != b"0"


async def answer(scope, receive, send):
    if not has_body_of_the_provider(scope):
        await answer_at_once(scope, receive, send)
        return

    async def send_later(message):
        if message["type"] == "http.response.start":
            await asyncio.sleep(DELAY_SECONDS)
        await send(message)

    await answer_at_once(scope, receive, send_later)


if __name__ == "__main__":
    import ministack_in_use

    ministack_in_use.enforce()
    ministack.app = answer
    ministack.main()
