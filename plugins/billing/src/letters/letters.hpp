/// \file
/// What the owners of a tenant are told about its money, in the app and by mail, from the events of
/// the core.
///
/// Each event is one cause: delivered again, its letter has the same key and is not sent again.
#pragma once

#include "../desk.hpp"

#include <whatsflow/sdk/host.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::billing {

/// Which letter an event causes, and what makes the cause one of a kind.
struct LetterChoice {
    std::string name;  ///< texts `billing.letters.<name>.subject`, `.text` and `.action`
    std::string cause;
    std::string path;  ///< of the app, behind the button
};

/// Nothing when the event is no reason to write.
std::optional<LetterChoice> letter_for(const std::string& event, const std::string& event_id,
                                       const nlohmann::json& fields);

/// Under which switch of a person's settings it stands: `billing` or `usage`.
std::string category_of(std::string_view letter);
/// Is it mailed whatever that switch says? What costs money or access when nobody reads it is.
bool is_urgent(std::string_view letter);

/// Tells each owner of the tenant in their language: in the app, and by mail as they wish. Texts may name any of
/// `fields`; `plan` and `meter` are codes and become names, `amount` with `currency` becomes {money}, a day in `on`
/// {date}. Written again for the same cause it is not sent again.
sdk::Result<void> write_to_owners(sdk::Host& host, Desk& desk, const sdk::CallContext& context, const TenantId& tenant,
                                  const LetterChoice& choice, nlohmann::json fields);

/// The outbox handler. Errors let the event come again.
sdk::Result<void> write_letters(sdk::Host& host, Desk& desk, const sdk::Envelope& event);

/// [in start() only]
sdk::Result<void> register_letters(sdk::Host& host, Desk& desk);

}  // namespace whatsflow::billing
