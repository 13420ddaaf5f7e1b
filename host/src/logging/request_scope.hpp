/// \file
/// Which request the current thread works for. While a `RequestScope` lives, every line
/// this thread logs carries its id, so that the id on an error page finds its lines.
#pragma once

#include <string>
#include <utility>

namespace whatsflow::logging {

/// On the stack only. Scopes nest; the inner one counts.
class RequestScope {
public:
    explicit RequestScope(std::string request_id);
    ~RequestScope();
    RequestScope(const RequestScope&) = delete;
    RequestScope& operator=(const RequestScope&) = delete;

    /// Of the innermost scope of this thread, or empty.
    static const std::string& current();

private:
    std::string id_;
    const RequestScope* outer_;
};

}  // namespace whatsflow::logging
