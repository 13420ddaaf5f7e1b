/// \file
/// Mails of this plugin: written down in the transaction of their cause, sent by a job.
///
/// So no mail tells of what was rolled back, none is lost between commit and sending, and
/// answering a form takes as long whether or not there is somebody to write to. What a letter
/// says may hold a link that lets somebody in, so it lies sealed until it is sent.
#pragma once

#include "office.hpp"

#include <string>

namespace whatsflow::accounts {

struct Letter {
    std::string name;  ///< `verify` → the view accounts/mail/verify
    std::string key;   ///< what it is about; the same name and key is sent once
    std::string to;
    std::string to_name;
    std::string locale = "en";
    nlohmann::json model = nlohmann::json::object();
};

/// Adds the letter to the transaction.
sdk::Result<void> post_letter(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                              const Letter& letter);

/// The job that sends them. [in start() only]
sdk::Result<void> register_letters(Office& office);

}  // namespace whatsflow::accounts
