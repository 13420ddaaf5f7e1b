/// \file
/// Plain structs to JSON and back from one list of their fields, so that what was written is read.
///
///     template <class Archive> void fields(Archive& a, Span& v) { a("from", v.from)("to", v.to); }
///
///     write(span);                       // {"from": 20157, "to": 20188}
///     auto span = read<Span>(json);      // Result: error `billing.unreadable`
///
/// A field that is not there keeps its default: structs may grow.
#pragma once

#include "core/amount.hpp"
#include "core/calendar.hpp"

#include <whatsflow/sdk/id.hpp>
#include <whatsflow/sdk/result.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace whatsflow::billing::store {

struct Unreadable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

template <class Enum>
Enum last_of();  ///< specialised in entities.hpp: where the words of an enumeration end

class Writer {
public:
    template <class T>
    Writer& operator()(const char* name, const T& value) {
        out_[name] = encode(value);
        return *this;
    }
    template <class T>
    static nlohmann::json encode(const T& value);
    nlohmann::json take() { return std::move(out_); }

private:
    nlohmann::json out_ = nlohmann::json::object();
};

class Reader {
public:
    explicit Reader(const nlohmann::json& from) : from_(&from) {}
    template <class T>
    Reader& operator()(const char* name, T& value) {
        const auto found = from_->find(name);
        if (found != from_->end()) decode(*found, value);
        return *this;
    }
    template <class T>
    static void decode(const nlohmann::json& from, T& value);

private:
    const nlohmann::json* from_;
};

template <class T>
struct Codec {
    static nlohmann::json encode(const T& value) {
        if constexpr (std::is_enum_v<T>) {
            return std::string(to_text(value));
        } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
            return value;
        } else {
            Writer writer;
            fields(writer, const_cast<T&>(value));
            return writer.take();
        }
    }
    static void decode(const nlohmann::json& from, T& value) {
        if constexpr (std::is_enum_v<T>) {
            const auto text = from.get<std::string>();
            for (int at = 0; at <= static_cast<int>(last_of<T>()); ++at)
                if (to_text(static_cast<T>(at)) == text) {
                    value = static_cast<T>(at);
                    return;
                }
            throw Unreadable("unknown word " + text);
        } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
            value = from.get<T>();
        } else {
            Reader reader(from);
            fields(reader, value);
        }
    }
};

template <class Tag>
struct Codec<sdk::Id<Tag>> {
    static nlohmann::json encode(const sdk::Id<Tag>& value) { return value.text(); }
    static void decode(const nlohmann::json& from, sdk::Id<Tag>& value) {
        value = sdk::Id<Tag>{from.get<std::string>()};
    }
};
template <>
struct Codec<LocalDate> {
    static nlohmann::json encode(const LocalDate& value) { return value.days; }
    static void decode(const nlohmann::json& from, LocalDate& value) { value.days = from.get<std::int32_t>(); }
};
template <>
struct Codec<sdk::Instant> {
    static nlohmann::json encode(const sdk::Instant& value) { return sdk::to_micros(value); }
    static void decode(const nlohmann::json& from, sdk::Instant& value) {
        value = sdk::from_micros(from.get<std::int64_t>());
    }
};
template <>
struct Codec<Decimal> {
    static nlohmann::json encode(const Decimal& value) { return value.text(); }
    static void decode(const nlohmann::json& from, Decimal& value) {
        auto read = read_decimal(from.get<std::string>());
        if (!read) throw Unreadable(read.error().message);
        value = *read;
    }
};
template <>
struct Codec<Interval> {
    static nlohmann::json encode(const Interval& value) { return value.text(); }
    static void decode(const nlohmann::json& from, Interval& value) {
        const auto read = read_interval(from.get<std::string>());
        if (!read) throw Unreadable("bad interval");
        value = *read;
    }
};
template <class T>
struct Codec<std::optional<T>> {
    static nlohmann::json encode(const std::optional<T>& value) {
        return value ? Codec<T>::encode(*value) : nlohmann::json(nullptr);
    }
    static void decode(const nlohmann::json& from, std::optional<T>& value) {
        if (from.is_null()) {
            value.reset();
            return;
        }
        Codec<T>::decode(from, value.emplace());
    }
};
template <class T>
struct Codec<std::vector<T>> {
    static nlohmann::json encode(const std::vector<T>& value) {
        auto out = nlohmann::json::array();
        for (const auto& each : value) out.push_back(Codec<T>::encode(each));
        return out;
    }
    static void decode(const nlohmann::json& from, std::vector<T>& value) {
        if (!from.is_array()) throw Unreadable("not a list");
        value.clear();
        for (const auto& each : from) Codec<T>::decode(each, value.emplace_back());
    }
};
template <class T>
struct Codec<std::map<std::string, T>> {
    static nlohmann::json encode(const std::map<std::string, T>& value) {
        auto out = nlohmann::json::object();
        for (const auto& [key, each] : value) out[key] = Codec<T>::encode(each);
        return out;
    }
    static void decode(const nlohmann::json& from, std::map<std::string, T>& value) {
        value.clear();
        for (const auto& [key, each] : from.items()) Codec<T>::decode(each, value[key]);
    }
};

template <class T>
nlohmann::json Writer::encode(const T& value) {
    return Codec<T>::encode(value);
}
template <class T>
void Reader::decode(const nlohmann::json& from, T& value) {
    Codec<T>::decode(from, value);
}

}  // namespace whatsflow::billing::store
