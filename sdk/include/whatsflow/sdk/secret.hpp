/// \file
/// A text that must not reach a log, an error message or a browser by accident.
///
///     Secret token{answer["customer_token"].get<std::string>()};
///     request.body = sign(token.reveal());     // the one word to look for in a review
///     host.log().info("saved", {{"token", token}});   // does not compile
#pragma once

#include <string>
#include <utility>

namespace whatsflow::sdk {

/// Has no stream operator, no JSON form and no conversion to text: only reveal() gives the
/// characters away. Whoever stores one seals it first.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}

    const std::string& reveal() const noexcept { return text_; }
    bool empty() const noexcept { return text_.empty(); }
    bool operator==(const Secret&) const = default;

private:
    std::string text_;
};

}  // namespace whatsflow::sdk
