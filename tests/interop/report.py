"""The matrix of the consensus test, for a terminal and for docs/interop.md."""


class Report:
    def __init__(self, peers, cases, answers, matrix) -> None:
        self.peers, self.cases, self.answers, self._matrix = peers, cases, answers, matrix
        self._classes = list(dict.fromkeys(c["class"] for c in cases if c["ours"] is not None))

    def matrix(self) -> str:
        """A row a parser: how many of the bodies that uploadgate accepts it reads the same, refuses, reads otherwise."""
        lines = [f"{'same / refused / different':28}" + "".join(f"{c[:18]:>20}" for c in self._classes)]
        for peer in self.peers:
            cells = (self._matrix[peer.name, c] for c in self._classes)
            lines.append(f"{peer.name:28}" + "".join(f"{n['same']:>9}/{n['refused']:>5}/{n['different']:>4}" for n in cells))
        return "\n".join(lines)

    def _refused(self) -> tuple[int, int, int]:
        """Of the bodies that uploadgate refuses: all, those read in more than one way, those read by nobody."""
        total = split = nobody = 0
        for i, c in enumerate(self.cases):
            if c["ours"] is not None:
                continue
            total += 1
            readings = [self.answers[p.name][i] for p in self.peers if self.answers[p.name][i] is not None]
            kinds = {tuple(sorted(map(str, r))) for r in readings}
            split += len(kinds) > 1
            nobody += not kinds
        return total, split, nobody

    def page(self, tried: int) -> str:
        raise NotImplementedError
