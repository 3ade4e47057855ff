"""Runs three nodes of OpenSearch until Ctrl-C: `make cluster`."""

import signal
import sys
from contextlib import suppress

from tests.cluster.nodes import NoServerError, running_cluster


def main() -> None:
    """Start the nodes, print their addresses, and stop them at SIGINT or SIGTERM."""
    heap_mb = int(sys.argv[1]) if len(sys.argv) > 1 else 512
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt), running_cluster(heap_mb=heap_mb) as cluster:
        pids = ", ".join(str(node.pid) for node in cluster.nodes)
        sys.stdout.write(
            f"Three nodes run in {cluster.folder} (process ids {pids}). In another "
            f"terminal:\n\n  export KB_ENGINE=opensearch"
            f"\n  export KB_OPENSEARCH_URL='{cluster.urls}'"
            "\n  make run\n\nCtrl-C stops the nodes and deletes their data.\n"
        )
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    try:
        main()
    except NoServerError as error:
        sys.exit(f"make cluster: {error}")
