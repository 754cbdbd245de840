// The value of a parameter that is no array, as Python sees it.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include <asynParamType.h>
#include <epicsTypes.h>

template <typename Value> constexpr asynParamType scalarType = asynParamNotDefined;
template <> inline constexpr asynParamType scalarType<epicsInt32> = asynParamInt32;
template <> inline constexpr asynParamType scalarType<epicsInt64> = asynParamInt64;
template <> inline constexpr asynParamType scalarType<epicsUInt32> = asynParamUInt32Digital;
template <> inline constexpr asynParamType scalarType<epicsFloat64> = asynParamFloat64;
template <> inline constexpr asynParamType scalarType<std::string> = asynParamOctet;

// Its user knows the type, which never changes.
class ScalarValue
{
  public:
    bool defined() const { return defined_; }

    template <typename Value> Value get() const
    {
        if constexpr (std::is_same_v<Value, std::string>) {
            return text_;
        } else {
            Value value;
            std::memcpy(&value, &bits_, sizeof value);
            return value;
        }
    }
    const std::string &text() const { return text_; }

    // Whether the value is another one now. NaN is the same as itself.
    template <typename Value> bool set(const Value &value)
    {
        const bool was = defined_;
        defined_ = true;
        if constexpr (std::is_convertible_v<Value, std::string_view>) {
            if (was && text_ == value)
                return false;
            text_.assign(std::string_view(value));
        } else {
            static_assert(scalarType<Value> != asynParamNotDefined);
            std::uint64_t bits = 0;
            std::memcpy(&bits, &value, sizeof value);
            if (was && bits_ == bits)
                return false;
            bits_ = bits;
        }
        return true;
    }

    // The same; before gets what was there, and its memory is used for the new value.
    template <typename Value> bool replace(const Value &value, ScalarValue &before)
    {
        before.defined_ = defined_;
        before.bits_ = bits_;
        if constexpr (std::is_convertible_v<Value, std::string_view>) {
            before.text_.assign(std::string_view(value));
            if (defined_ && text_ == before.text_)
                return false;
            text_.swap(before.text_);
            defined_ = true;
            return true;
        } else {
            return set(value);
        }
    }

  private:
    bool defined_ = false;
    std::uint64_t bits_ = 0; // of a number
    std::string text_;
};
