/// \file
/// An event as it was accepted, with nothing in it that names a machine or an address.
///
/// Between acceptance and database it lies packed in the spool; `pack` and `unpack` are inverse.
#pragma once

#include <whatsflow/sdk/draft/analytics_store.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::analytics {

/// Beside what a store keeps, what is only needed until it has it.
struct Event : sdk::draft::AnalyticsRecord {
    bool id_is_senders = false;  ///< then the same id may come again and counts once
    bool is_web = false;         ///< happened on a page: belongs to a visit
    std::string session;         ///< what the sender calls the session; mostly empty
};

constexpr std::string_view kPageView = "$pageview";
/// Somebody got a variant of a flag: PostHog's name for it.
constexpr std::string_view kFlagCalled = "$feature_flag_called";

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
