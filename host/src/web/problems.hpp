/// \file
/// Errors as documents: problem+json (RFC 9457) for programs, the model of the error page
/// for people. Nothing here renders or sends.
#pragma once

#include <whatsflow/sdk/http.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::web {

struct Problem {
    int status = 500;
    std::string code;                                ///< stable, for programs
    std::string detail;                              ///< one sentence for people
    nlohmann::json more = nlohmann::json::object();  ///< `errors` and whatever the handler added
};

/// A problem of the host's own: its code and sentence follow from the status.
[[nodiscard]] Problem problem_of(int status);
/// `Not found`, `Payment required`, …
[[nodiscard]] std::string_view title_of(int status) noexcept;

/// The problem in a handler's response, when it is one.
[[nodiscard]] std::optional<Problem> read_problem(const sdk::Response& response);

[[nodiscard]] std::string to_json(const Problem& problem, std::string_view request_id);
/// {status, title, message, code, request_id, errors}
[[nodiscard]] nlohmann::json to_model(const Problem& problem, std::string_view request_id);
/// The page of last resort: shown when the theme's own cannot be rendered.
[[nodiscard]] std::string plain_page(const Problem& problem, std::string_view request_id);

/// Programs get JSON: everything on the api site, and whoever asks for JSON and not for HTML.
[[nodiscard]] bool prefers_json(sdk::Site site, const sdk::Headers& headers);

}  // namespace whatsflow::web
