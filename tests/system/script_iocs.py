"""IOCs that are Python scripts, of one test: a prefix for all, started again and again in one folder."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from conftest import SCRIPT_COMMAND
from softioc_script import Script

HEAD = "import sys\nfrom softioc import alarm, builder, softioc\nbuilder.SetDeviceName({prefix!r})\n"
TAIL = "\nbuilder.LoadDatabase()\nsoftioc.iocInit()\nprint('up and', 'running')\nsoftioc.interactive_ioc(globals())\n"
RUNNING = "up and running"

_T = TypeVar("_T")


def client(work: Coroutine[object, object, _T]) -> _T:
    """Runs what uses aioca, whose channels do not outlive their event loop."""
    import aioca

    async def main() -> _T:
        try:
            return await work
        finally:
            aioca.purge_channel_caches()

    return asyncio.run(main())


class ScriptIocs:
    """Starts scripts, each with the prefix of the test, and ends what is left of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.prefix = f"T{uuid4().hex[:8]}"
        self._iocs: list[Script] = []

    def start(self, records: str, tail: str = TAIL, before: Sequence[str] = ()) -> Script:
        """A script that makes records, and then tail; ``before`` goes before the command."""
        (self.folder / "ioc.py").write_text(HEAD.format(prefix=self.prefix) + records + tail)
        command = [*before, *SCRIPT_COMMAND, "-u", "-W", "error"]
        ioc = Script(["ioc.py"], self.folder, None, command)
        self._iocs.append(ioc)
        return ioc

    def run(self, records: str, tail: str = TAIL, before: Sequence[str] = ()) -> Script:
        """The same, and waits until it runs."""
        ioc = self.start(records, tail, before)
        ioc.wait_for(RUNNING)
        return ioc

    def say(self, records: str) -> str:
        """The output of a script that ends by itself, with code 0."""
        ioc = self.start(records, tail="")
        assert ioc.finish() == 0, ioc.output
        return ioc.output

    def kill(self) -> None:
        for ioc in self._iocs:
            ioc.kill()


def script_iocs(folder: Path) -> Iterator[ScriptIocs]:
    """For a fixture."""
    iocs = ScriptIocs(folder)
    yield iocs
    iocs.kill()
