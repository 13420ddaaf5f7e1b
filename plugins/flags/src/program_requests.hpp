/// \file
/// What all requests of programs share: whom they ask for, from which page, with which marks.
#pragma once

#include "board.hpp"

#include <whatsflow/sdk/http.hpp>

#include <functional>

namespace whatsflow::flags {

/// A context with everything that the server knows and the program did not say, and an entity tag
/// for the answers to it. An empty tag: only the answers themselves can tell. `beside` is what else an answer
/// tells that is not of the flags.
struct Question {
    Context context;
    std::string tag;
};
Question completed(Context asked, const sdk::Request& request, const Served& served, std::string_view beside = {});

/// The body that `make` gives for the completed context, or 304 where the program has it already:
/// without making it, when the context and `beside` alone decide.
sdk::Response answered_once(const sdk::Request& request, const Served& served, Context asked,
                            const std::function<std::string(const Context&)>& make, std::string_view beside = {});

/// A page of a foreign site may read the answer when the token names its origin; when the token
/// names origins and this is none of them, the answer is 403 instead.
sdk::Response for_origin(const sdk::Request& request, sdk::Response response);

/// What a browser asks before it sends a request with a token: answered for any page, since the
/// token, which decides, is not sent along.
sdk::Route preflight(std::string pattern);

/// The request says that it has this already.
bool has_already(const sdk::Request& request, std::string_view tag);
sdk::Response not_modified(const std::string& tag);
sdk::Response with_tag(const std::string& tag, std::string body);

/// A route of the api site for programs.
sdk::Route for_programs(sdk::Method method, std::string pattern, const char* permission, sdk::RouteHandler handler);
/// The same, answered from memory.
sdk::Route from_memory(sdk::Method method, std::string pattern, const char* permission, sdk::RouteHandler handler);

}  // namespace whatsflow::flags
