"""How late something is: in days after a day, in hours and minutes after an hour."""

from datetime import date, datetime, time, timedelta

IN_TIME = timedelta()


def lateness(due: date, hour: time | None, day: date, clock: time | None) -> timedelta:
    """How long after its deadline something came, or is still awaited; zero in time.

    Without an hour of the deadline, or where the moment's is not known, whole days: the day itself is in
    time until its end. With both, to the second. `hour` and `clock` are of one clock, Việt Nam's.
    """
    if hour is None or clock is None:
        return max(day - due, IN_TIME)
    moment = datetime.combine(day, clock.replace(tzinfo=None))
    return max(moment - datetime.combine(due, hour), IN_TIME)
