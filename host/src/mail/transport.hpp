/// \file
/// Handing a mail to a server that delivers it.
#pragma once

#include "mail/stored_mail.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace whatsflow::mail {

/// What is known after an attempt.
struct Attempt {
    enum class Outcome {
        answered,     ///< the server said for each recipient what becomes of the mail
        server_down,  ///< no mail could have been handed over: nothing was sent
        unknown,      ///< all was sent, no answer came: the server may have taken it
        stopped,      ///< we were asked to stop; nothing was taken
    };
    Outcome outcome = Outcome::answered;
    std::string error{};
};

class Transport {
public:
    virtual ~Transport() = default;

    /// Sends to those recipients that wait and sets their fate; who is to be tried later stays
    /// waiting. Gives up soon once `stopping` says so. [blocks; any thread]
    virtual Attempt send(StoredMail& mail, const std::function<bool()>& stopping) = 0;
};

}  // namespace whatsflow::mail
