/// \file
/// What the server knows of a request that brings events: who sends, when, from where.
///
/// Address and User-Agent are used up while an event is read: of them it keeps a pseudonym, the
/// names of browser and system, and whether it looks like a person.
#pragma once

#include "event.hpp"
#include "keyed_hash.hpp"
#include "user_agent.hpp"

#include <whatsflow/sdk/result.hpp>
#include <whatsflow/sdk/time.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::analytics {

struct Arrival {
    std::int64_t site = 0;
    std::string site_id;  ///< part of every pseudonym: sites do not share visitors
    sdk::Instant received{};
    std::string user_agent;
    std::string address;
    std::string language;  ///< `de` of Accept-Language
    bool prefetched = false;
    std::string country;  ///< of the address; empty: unknown
    HashKey of_today{};  ///< thrown away after two days: pseudonyms of days cannot be joined
    HashKey lasting{};   ///< for those whom the application knows by an id
};

/// The pseudonym of a visitor whom nobody knows.
std::int64_t pseudonym_of_today(const Arrival& arrival, std::string_view user_agent);
/// The pseudonym of somebody with an id.
std::int64_t pseudonym_of(const Arrival& arrival, std::string_view person);

/// Browser, system, device.
void put_client(Event& event, std::string_view user_agent);
/// A new id, which no other event has.
std::string make_event_id();
/// The sender's id as sixteen bytes: a UUID as it is, any other text as its digest.
std::string event_id_of(std::string_view text);
/// `0190a5c8-…` of sixteen bytes.
std::string uuid_text(std::string_view bytes);

/// Texts, numbers and so on of a JSON object, cut to what is kept; addresses and secrets left out.
/// Error `analytics.too_large`.
sdk::Result<std::string> kept_properties(nlohmann::json properties);

/// A text, or a number as text; empty for anything else.
std::string scalar_text(const nlohmann::json& object, const char* key);

}  // namespace whatsflow::analytics
