#include "logging/request_scope.hpp"

namespace whatsflow::logging {
namespace {

// A plain pointer: nothing is destroyed when a thread ends.
thread_local const RequestScope* innermost = nullptr;

}  // namespace

RequestScope::RequestScope(std::string request_id) : id_(std::move(request_id)), outer_(innermost) {
    innermost = this;
}

RequestScope::~RequestScope() {
    innermost = outer_;
}

const std::string& RequestScope::current() {
    static const std::string* const none = new std::string;  // never destroyed: threads may outlive statics
    return innermost == nullptr ? *none : innermost->id_;
}

}  // namespace whatsflow::logging
