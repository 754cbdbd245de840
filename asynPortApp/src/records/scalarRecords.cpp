// Device support entries of all records of one value.
#include "records/choicesClient.h"
#include "records/dset.h"
#include "records/records.h"
#include "records/scalar.h"
#include "records/slope.h"

namespace
{

template <typename Record> constexpr bool hasChoices =
    std::is_same_v<Record, biRecord> || std::is_same_v<Record, boRecord> ||
    std::is_same_v<Record, mbbiRecord> || std::is_same_v<Record, mbboRecord>;

template <typename Record> constexpr bool isAnalog =
    std::is_same_v<Record, aiRecord> || std::is_same_v<Record, aoRecord>;

template <typename Record> constexpr bool isBits = hasChoices<Record> ||
                                                   std::is_same_v<Record, mbbiDirectRecord> ||
                                                   std::is_same_v<Record, mbboDirectRecord>;

template <typename Record> constexpr bool isOutput =
    std::is_same_v<Record, aoRecord> || std::is_same_v<Record, boRecord> ||
    std::is_same_v<Record, longoutRecord> || std::is_same_v<Record, int64outRecord> ||
    std::is_same_v<Record, mbboRecord> || std::is_same_v<Record, mbboDirectRecord>;

// What Adapter's record keeps in DPVT.
template <typename Traits, typename Adapter> class Supported
    : public std::conditional_t<hasChoices<typename Adapter::Record>,
                                ChoicesDevice<Traits, typename Adapter::Record>,
                                ScalarDevice<Traits>>
{
    using Base =
        std::conditional_t<hasChoices<typename Adapter::Record>,
                           ChoicesDevice<Traits, typename Adapter::Record>, ScalarDevice<Traits>>;

  public:
    using Base::Base;
    using Record = typename Adapter::Record;
    using Value = typename Traits::Value;

    bool start(Record &record)
    {
        if (!this->initialize())
            return false;
        if constexpr (std::is_same_v<Traits, DigitalTraits>)
            format_ = RawFormat::ofDigital(this->mask());
        else
            format_ = RawFormat::ofInt32(this->parsed_.hasMask, this->mask());
        if constexpr (isBits<Record>)
            Adapter::init(record, format_);
        if constexpr (hasChoices<Record>)
            this->startChoices(false);
        return true;
    }

    using Base::startReadback;
    long startOutput(Record &record)
    {
        this->startReadback();
        Value value{};
        if (!this->startValue(value))
            return dontConvert;
        this->started();
        return Adapter::start(record, value, format_);
    }

    long processInput(Record &record)
    {
        if (!this->transact())
            return dontConvert;
        if (!this->conclude())
            return -1;
        return Adapter::store(record, this->value_, format_);
    }

    long processOutput(Record &record)
    {
        const bool back = this->readingBack();
        if (!back && !record.pact)
            this->value_ = Adapter::fetch(record, format_);
        if (!this->transact())
            return 0;
        if (!this->conclude()) {
            if (this->refused()) {
                Adapter::readback(record, this->value_, format_);
                if constexpr (std::is_same_v<Record, aoRecord>)
                    record.oval = record.val;
                this->tellRefused(&record.val);
                return Device::refusedStatus;
            }
            return -1;
        }
        if (back)
            Adapter::readback(record, this->value_, format_);
        return 0;
    }

    // LINR LINEAR
    void slope(Record &record) { ::slope(record, *this, format_); }

  private:
    bool rejoin() override
    {
        auto &record = *reinterpret_cast<Record *>(this->record_);
        if constexpr (hasChoices<Record>)
            this->startChoices(true);
        if constexpr (isAnalog<Record>)
            slope(record);
        if constexpr (isOutput<Record>) {
            Value value{};
            if (!this->startValue(value))
                return false;
            Adapter::readback(record, value, format_);
            if constexpr (std::is_same_v<Record, aoRecord>)
                record.oval = record.val;
        }
        return isOutput<Record>;
    }

    void preload() override
    {
        if constexpr (isOutput<Record>) {
            Value value;
            if (this->nextPending(value))
                Adapter::readback(*reinterpret_cast<Record *>(this->record_), value, format_);
        }
    }

    RawFormat format_;
};

template <typename Traits, typename Adapter> struct Input {
    using Dev = Supported<Traits, Adapter>;
    using Record = typename Adapter::Record;
    static long init(dbCommon *common)
    {
        auto &record = *reinterpret_cast<Record *>(common);
        auto *device = new Dev(common, record.inp, false);
        if (device->start(record))
            device->startReadback();
        else
            return 0; // alarmed and out of action; the record itself stays loaded
        if constexpr (isAnalog<Record>)
            device->slope(record);
        return 0;
    }
    static long process(dbCommon *common)
    {
        return static_cast<Dev *>(Device::of(common))
            ->processInput(*reinterpret_cast<Record *>(common));
    }
    static long linconv(dbCommon *common, int after)
    {
        if constexpr (isAnalog<Record>)
            if (after)
                static_cast<Dev *>(Device::of(common))->slope(*reinterpret_cast<Record *>(common));
        return 0;
    }
};

template <typename Traits, typename Adapter> struct Output {
    using Dev = Supported<Traits, Adapter>;
    using Record = typename Adapter::Record;
    static long init(dbCommon *common)
    {
        auto &record = *reinterpret_cast<Record *>(common);
        auto *device = new Dev(common, record.out, true);
        if (!device->start(record))
            return dontConvert;
        if constexpr (isAnalog<Record>)
            device->slope(record);
        return device->startOutput(record);
    }
    static long process(dbCommon *common)
    {
        return static_cast<Dev *>(Device::of(common))
            ->processOutput(*reinterpret_cast<Record *>(common));
    }
    static long linconv(dbCommon *common, int after)
    {
        return Input<Traits, Adapter>::linconv(common, after);
    }
};

} // namespace

ASYN_DEVICE(asynAiInt32, Input<Int32Traits, AiRaw>)
ASYN_DEVICE(asynAoInt32, Output<Int32Traits, AoRaw>)
ASYN_DEVICE(asynBiInt32, Input<Int32Traits, BitsAdapter<biRecord, epicsInt32>>)
ASYN_DEVICE(asynBoInt32, Output<Int32Traits, BitsAdapter<boRecord, epicsInt32>>)
ASYN_DEVICE(asynMbbiInt32, Input<Int32Traits, BitsAdapter<mbbiRecord, epicsInt32>>)
ASYN_DEVICE(asynMbboInt32, Output<Int32Traits, BitsAdapter<mbboRecord, epicsInt32>>)
ASYN_DEVICE(asynMbbiInt32State, Input<Int32Traits, StateAdapter<mbbiRecord>>)
ASYN_DEVICE(asynMbboInt32State, Output<Int32Traits, StateAdapter<mbboRecord>>)
ASYN_DEVICE(asynLiInt32, Input<Int32Traits, ValAdapter<longinRecord, epicsInt32>>)
ASYN_DEVICE(asynLoInt32, Output<Int32Traits, ValAdapter<longoutRecord, epicsInt32>>)

ASYN_DEVICE(asynInt64In, Input<Int64Traits, ValAdapter<int64inRecord, epicsInt64>>)
ASYN_DEVICE(asynInt64Out, Output<Int64Traits, ValAdapter<int64outRecord, epicsInt64>>)
ASYN_DEVICE(asynLiInt64, Input<Int64Traits, ValAdapter<longinRecord, epicsInt64>>)
ASYN_DEVICE(asynLoInt64, Output<Int64Traits, ValAdapter<longoutRecord, epicsInt64>>)
ASYN_DEVICE(asynAiInt64, Input<Int64Traits, AiEngineering<epicsInt64>>)
ASYN_DEVICE(asynAoInt64, Output<Int64Traits, AoEngineering<epicsInt64>>)

ASYN_DEVICE(asynAiFloat64, Input<Float64Traits, AiEngineering<epicsFloat64>>)
ASYN_DEVICE(asynAoFloat64, Output<Float64Traits, AoEngineering<epicsFloat64>>)

ASYN_DEVICE(asynBiUInt32Digital, Input<DigitalTraits, BitsAdapter<biRecord, epicsUInt32>>)
ASYN_DEVICE(asynBoUInt32Digital, Output<DigitalTraits, BitsAdapter<boRecord, epicsUInt32>>)
ASYN_DEVICE(asynLiUInt32Digital, Input<DigitalTraits, ValAdapter<longinRecord, epicsUInt32>>)
ASYN_DEVICE(asynLoUInt32Digital, Output<DigitalTraits, ValAdapter<longoutRecord, epicsUInt32>>)
ASYN_DEVICE(asynMbbiUInt32Digital, Input<DigitalTraits, BitsAdapter<mbbiRecord, epicsUInt32>>)
ASYN_DEVICE(asynMbboUInt32Digital, Output<DigitalTraits, BitsAdapter<mbboRecord, epicsUInt32>>)
ASYN_DEVICE(asynMbbiDirectUInt32Digital,
            Input<DigitalTraits, BitsAdapter<mbbiDirectRecord, epicsUInt32>>)
ASYN_DEVICE(asynMbboDirectUInt32Digital,
            Output<DigitalTraits, BitsAdapter<mbboDirectRecord, epicsUInt32>>)
