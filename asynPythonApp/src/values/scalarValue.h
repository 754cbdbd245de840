// The value of a parameter that is not an array, as Python sees it.
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

// Does not store the type of the value: the user knows it, and it never changes.
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

    // Stores the value and returns whether it differs from the old one. A NaN equals another NaN
    // with the same bits.
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

    // Like set(). before receives the old value, and its memory is reused for the new one.
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
    std::uint64_t bits_ = 0; // the value if it is a number
    std::string text_;
};
