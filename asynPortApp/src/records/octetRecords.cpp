// Device support entries of stringin, stringout, lsi, lso, printf and waveforms of characters.
#include "records/dset.h"
#include "records/octet.h"
#include "records/octetCommand.h"
#include "records/octetText.h"

namespace
{

template <typename Record> constexpr bool hasOut = std::is_same_v<Record, stringoutRecord> ||
                                                   std::is_same_v<Record, lsoRecord> ||
                                                   std::is_same_v<Record, printfRecord>;

template <typename Text, bool Output, typename Dev = OctetDevice<Text>> struct Octets {
    using Record = typename Text::Record;

    static long init(dbCommon *common)
    {
        auto &record = *reinterpret_cast<Record *>(common);
        DBLINK *link;
        if constexpr (hasOut<Record>)
            link = &record.out;
        else
            link = &record.inp;
        auto *device = new Dev(common, *link, Output);
        device->initialize();
        return 0;
    }
    static long process(dbCommon *common)
    {
        return static_cast<Dev *>(Device::of(common))->process();
    }
    static long linconv(dbCommon *, int) { return 0; }
};

} // namespace

ASYN_DEVICE(asynSiOctetRead, Octets<ShortText<stringinRecord>, false>)
ASYN_DEVICE(asynSoOctetWrite, Octets<ShortText<stringoutRecord>, true>)
ASYN_DEVICE(asynLsiOctetRead, Octets<LongText<lsiRecord>, false>)
ASYN_DEVICE(asynLsoOctetWrite, Octets<LongText<lsoRecord>, true>)
ASYN_DEVICE(asynPfOctetWrite, Octets<LongText<printfRecord>, true>)
ASYN_DEVICE(asynWfOctetRead, Octets<WaveText, false>)
ASYN_DEVICE(asynWfOctetWrite, Octets<WaveText, true>)
ASYN_DEVICE(asynWfOctetWriteBinary, Octets<WaveBinary, true>)

namespace
{
template <typename Text> using Response = Octets<Text, false, ResponseDevice<Text>>;
template <typename Text> using WriteRead = Octets<Text, false, WriteReadDevice<Text>>;
} // namespace

ASYN_REQUEST_DEVICE(asynSiOctetCmdResponse, Response<ShortText<stringinRecord>>)
ASYN_REQUEST_DEVICE(asynLsiOctetCmdResponse, Response<LongText<lsiRecord>>)
ASYN_REQUEST_DEVICE(asynWfOctetCmdResponse, Response<WaveText>)
ASYN_REQUEST_DEVICE(asynSiOctetWriteRead, WriteRead<ShortText<stringinRecord>>)
ASYN_REQUEST_DEVICE(asynLsiOctetWriteRead, WriteRead<LongText<lsiRecord>>)
ASYN_REQUEST_DEVICE(asynWfOctetWriteRead, WriteRead<WaveText>)
