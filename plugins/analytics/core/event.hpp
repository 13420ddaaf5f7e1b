/// \file
/// An event as it is kept: accepted, with nothing in it that names a machine or an address.
///
/// Between acceptance and database it lies packed in the spool; `pack` and `unpack` are inverse.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::analytics {

struct Event {
    std::int64_t site = 0;   ///< number of the site, see sites.hpp
    std::string id;          ///< sixteen bytes
    bool id_is_senders = false;  ///< then the same id may come again and counts once
    std::int64_t occurred_at = 0;  ///< microseconds, corrected
    std::int64_t received_at = 0;
    std::string name;        ///< `$pageview`, or what the application chose
    std::int64_t visitor = 0;    ///< pseudonym: of the day, or of the person who is known
    std::string person;      ///< the id that the application gave; empty for those nobody knows
    bool is_web = false;     ///< happened on a page: belongs to a session
    std::string session;     ///< what the sender calls the session; mostly empty
    std::string hostname;
    std::string path;
    std::string source;      ///< `google.com`, or what utm_source says
    std::string medium;
    std::string campaign;
    std::string country;
    std::string browser;
    std::string system;
    std::string device;
    std::string language;
    std::int64_t bot = 0;    ///< 0: a person as far as one can tell; else a BotReason
    bool consented = false;  ///< the visitor agreed to be counted by name, or is a customer's own event
    std::int64_t revenue = 0;  ///< minor units
    std::string currency;
    std::string properties;  ///< a JSON object

    std::int64_t visit = 0;  ///< number of the visit; found when it is stored, never packed
};

constexpr std::string_view kPageView = "$pageview";

std::string pack(const Event& event);
/// Nothing when the bytes are no event.
std::optional<Event> unpack(std::string_view bytes);

/// At most `most` bytes, never half a character, without NUL.
std::string cut(std::string_view text, std::size_t most);

/// What the columns of the database hold, in bytes.
namespace longest {
inline constexpr std::size_t kName = 200;
inline constexpr std::size_t kPerson = 200;
inline constexpr std::size_t kPath = 500;
inline constexpr std::size_t kValue = 100;
inline constexpr std::size_t kProperties = 60'000;
}  // namespace longest

}  // namespace whatsflow::analytics
