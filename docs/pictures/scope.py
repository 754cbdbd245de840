"""Draws the scope's waveform, as a running scope IOC serves it, into scope.svg beside this file.

Start iocs/scopeIOC/iocBoot/iocscope/start_epics first; then: .venv/bin/python docs/pictures/scope.py
"""

from pathlib import Path

from p4p.client.thread import Context

WIDTH, HEIGHT, MARGIN = 720, 400, 40


def main() -> None:
    with Context("pva", nt=False) as context:
        values = context.get("MTEST:SCOPE:Waveform_RBV")["value"]
        times = context.get("MTEST:SCOPE:TimeBase_RBV")["value"]
        volts = context.get("MTEST:SCOPE:VoltsPerDiv_RBV")["value"]
        seconds = context.get("MTEST:SCOPE:TimePerDiv_RBV")["value"]
    points = " ".join(f"{x(time):.1f},{y(value):.1f}" for time, value in zip(times, values, strict=True))
    grid = "".join(f'<path d="M{x(i)},{y(0)} V{y(10)} M{x(0)},{y(i)} H{x(10)}" stroke="#456"/>' for i in range(11))
    label = f"{volts:g} V and {seconds * 1e3:g} ms per division"
    Path(__file__).with_suffix(".svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#123"/>{grid}'
        f'<polyline points="{points}" fill="none" stroke="#6f6" stroke-width="1.5"/>'
        f'<text x="{MARGIN}" y="{HEIGHT - 14}" fill="#cde" font-family="sans-serif" font-size="14">'
        f"MTEST:SCOPE:Waveform_RBV, {label}</text></svg>\n"
    )


def x(division: float) -> float:
    return MARGIN + division * (WIDTH - 2 * MARGIN) / 10


def y(division: float) -> float:
    return HEIGHT - MARGIN - division * (HEIGHT - 2 * MARGIN) / 10


if __name__ == "__main__":
    main()
