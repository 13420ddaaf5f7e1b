/// \file
/// Messages from the contact form, kept in the database and listed newest first.
#pragma once

#include "contact_form.hpp"

#include <whatsflow/sdk/command.hpp>
#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/event.hpp>

#include <string>

namespace whatsflow::landing {

/// A visitor sent the contact form. Published after the message is stored.
struct ContactMessageReceived {
    static constexpr sdk::EventType kType{"landing.contact_message_received", 1};
    std::string message_id;
    std::string topic;
    std::string locale;
    static constexpr auto fields() {
        return std::make_tuple(sdk::field("message_id", &ContactMessageReceived::message_id),
                               sdk::field("topic", &ContactMessageReceived::topic),
                               sdk::field("locale", &ContactMessageReceived::locale));
    }
};

/// Stores what has no objections; gives the new message's id.
sdk::Result<std::string> store_message(sdk::Database& database, const sdk::CallContext& context,
                                       const ContactInput& input, const std::string& locale, sdk::Instant now);

/// `contact list`.
sdk::Command contact_list_command(sdk::Database& database);

}  // namespace whatsflow::landing
