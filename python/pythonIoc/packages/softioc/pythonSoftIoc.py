"""Creates records by EPICS' names of the record types."""

from typing import Any

from . import _making, device
from ._codecs import Float, Integer, LongText, Text, Truth
from ._making import Option, make_in, make_out

__all__ = ["PythonDevice", "RecordWrapper"]

#: The base class of all records that :mod:`softioc.builder` creates.
RecordWrapper = device.ProcessDeviceSupportCore

# Codecs that all records of a type share.
_FLOAT, _TRUTH, _INT32, _INT64, _TEXT = Float(), Truth(), Integer(), Integer("Int64"), Text()


class PythonDevice:
    """Creates records with the given fields and keywords and no other fields.

    The functions of :mod:`softioc.builder` add usual fields. For example, they set SCAN of an In record to I/O Intr, so
    that it processes for each value that the script sets.
    """

    @staticmethod
    def ai(name: str, **fields: Any) -> device.ai:
        """Create an ai record. Its value is a float."""
        return make_in(device.ai, name, _FLOAT, "asynFloat64", fields)

    @staticmethod
    def ao(name: str, **fields: Any) -> device.ao:
        """Create an ao record. Its value is a float."""
        return make_out(device.ao, name, _FLOAT, "asynFloat64", fields)

    @staticmethod
    def bi(name: str, **fields: Any) -> device.bi:
        """Create a bi record. Its value is 0 or 1."""
        return make_in(device.bi, name, _TRUTH, "asynInt32", fields)

    @staticmethod
    def bo(name: str, **fields: Any) -> device.bo:
        """Create a bo record. Its value is 0 or 1."""
        return make_out(device.bo, name, _TRUTH, "asynInt32", fields)

    @staticmethod
    def longin(name: str, **fields: Any) -> device.longin:
        """Create a longin record. Its value is a 32-bit integer."""
        return make_in(device.longin, name, _INT32, "asynInt32", fields)

    @staticmethod
    def longout(name: str, **fields: Any) -> device.longout:
        """Create a longout record. Its value is a 32-bit integer."""
        return make_out(device.longout, name, _INT32, "asynInt32", fields)

    @staticmethod
    def int64in(name: str, **fields: Any) -> device.int64in:
        """Create an int64in record. Its value is a 64-bit integer."""
        return make_in(device.int64in, name, _INT64, "asynInt64", fields)

    @staticmethod
    def int64out(name: str, **fields: Any) -> device.int64out:
        """Create an int64out record. Its value is a 64-bit integer."""
        return make_out(device.int64out, name, _INT64, "asynInt64", fields)

    @staticmethod
    def stringin(name: str, **fields: Any) -> device.stringin:
        """Create a stringin record. Its value is a str of at most 39 bytes."""
        return make_in(device.stringin, name, _TEXT, "asynOctetRead", fields)

    @staticmethod
    def stringout(name: str, **fields: Any) -> device.stringout:
        """Create a stringout record. Its value is a str of at most 39 bytes."""
        return make_out(device.stringout, name, _TEXT, "asynOctetWrite", fields)

    @staticmethod
    def mbbi(name: str, *options: Option, **fields: Any) -> device.mbbi:
        """Create an mbbi record. Its value is one of the options."""
        codec, fields = _making.choice(name, options, fields)
        return make_in(device.mbbi, name, codec, codec.dtyp, fields)

    @staticmethod
    def mbbo(name: str, *options: Option, **fields: Any) -> device.mbbo:
        """Create an mbbo record. Its value is one of the options."""
        codec, fields = _making.choice(name, options, fields)
        return make_out(device.mbbo, name, codec, codec.dtyp, fields)

    @staticmethod
    def waveform(name: str, *value: Any, **fields: Any) -> device.waveform:
        """Create a waveform record with at most one value. The script sets a one-dimensional array."""
        codec, dtyp, fields = _making.waveform(name, value, fields, "In")
        return make_in(device.waveform, name, codec, dtyp, fields)

    @staticmethod
    def waveform_out(name: str, *value: Any, **fields: Any) -> device.waveform_out:
        """Create a waveform record with at most one value. Clients write a one-dimensional array."""
        codec, dtyp, fields = _making.waveform(name, value, fields, "Out")
        return make_out(device.waveform_out, name, codec, dtyp, fields)

    @staticmethod
    def long_stringin(name: str, **fields: Any) -> device.long_stringin:
        """Create a waveform record of characters. The script sets a str."""
        fields = _making.long_string(name, fields)
        return make_in(device.long_stringin, name, LongText(fields["NELM"]), "asynInt8ArrayIn", fields)

    @staticmethod
    def long_stringout(name: str, **fields: Any) -> device.long_stringout:
        """Create a waveform record of characters. Clients write a str."""
        fields = _making.long_string(name, fields)
        return make_out(device.long_stringout, name, LongText(fields["NELM"]), "asynInt8ArrayOut", fields)
