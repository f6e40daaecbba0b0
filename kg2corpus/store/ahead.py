"""Reading ahead: the next item is made in a thread while the last one is worked on."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")
_END = object()


def ahead(items: Iterator[T], count: int = 1) -> Iterator[T]:
    """The same items; up to `count` of them are made before they are asked for. What making one raises is raised here.

    Worth it where making an item leaves the interpreter to others, as Arrow's operations do. The iterator is used, and closed,
    in the thread only.
    """
    queue: Queue[object] = Queue(count)
    stop = Event()
    fault: list[BaseException] = []

    def put(item: object) -> bool:
        while not stop.is_set():
            try:
                queue.put(item, timeout=0.1)
                return True
            except Full:
                continue
        return False

    def work() -> None:
        try:
            for item in items:
                if not put(item):
                    break
        except BaseException as e:
            fault.append(e)
        finally:
            if hasattr(items, "close"):
                items.close()
            put(_END)

    thread = Thread(target=work, daemon=True, name="ahead")
    thread.start()
    try:
        while (item := queue.get()) is not _END:
            yield item  # type: ignore[misc]
        if fault:
            raise fault[0]
    finally:
        stop.set()
        while thread.is_alive():
            try:
                queue.get(timeout=0.01)
            except Empty:
                continue
        thread.join()
