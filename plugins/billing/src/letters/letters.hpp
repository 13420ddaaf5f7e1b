/// \file
/// Mails to the owners of a tenant about what happened to its money, from the events of the core.
///
/// Each event is one cause: delivered again, its letter has the same key and is not sent again.
#pragma once

#include <whatsflow/sdk/host.hpp>

#include <optional>
#include <string>

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

/// The outbox handler: writes to each owner in their language. Errors let the event come again.
sdk::Result<void> write_letters(sdk::Host& host, const sdk::Envelope& event);

/// [in start() only]
sdk::Result<void> register_letters(sdk::Host& host);

}  // namespace whatsflow::billing
