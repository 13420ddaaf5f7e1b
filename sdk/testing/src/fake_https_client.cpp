#include <whatsflow/sdk/testing/fake_https_client.hpp>

#include <algorithm>

namespace whatsflow::sdk::testing {

Result<IncomingResponse> FakeHttpsClient::send(const CallContext& context, const OutgoingRequest& request) {
    Handler standing;
    {
        std::lock_guard lock(mutex_);
        requests_.push_back(request);
        const auto found =
            std::ranges::find_if(scripted_, [&](const Scripted& one) { return request.url.starts_with(one.prefix); });
        if (found != scripted_.end()) {
            auto answer = std::move(found->answer);
            scripted_.erase(found);
            return answer;
        }
        standing = standing_;
    }
    if (standing) return standing(context, request);
    return sdk::fail("net.not_sent",
                     "The test has no answer for " + std::string(to_text(request.method)) + " " + request.url + ".");
}

void FakeHttpsClient::answer(std::string url_prefix, IncomingResponse response) {
    std::lock_guard lock(mutex_);
    scripted_.push_back({std::move(url_prefix), std::move(response)});
}

void FakeHttpsClient::fail(std::string url_prefix, Error error) {
    std::lock_guard lock(mutex_);
    scripted_.push_back({std::move(url_prefix), std::move(error)});
}

void FakeHttpsClient::answer_always(Handler handler) {
    std::lock_guard lock(mutex_);
    standing_ = std::move(handler);
}

std::vector<OutgoingRequest> FakeHttpsClient::requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
}

std::size_t FakeHttpsClient::unused() const {
    std::lock_guard lock(mutex_);
    return scripted_.size();
}

void FakeHttpsClient::clear() {
    std::lock_guard lock(mutex_);
    scripted_.clear();
    requests_.clear();
    standing_ = nullptr;
}

IncomingResponse response(int status, std::string body, Headers headers) {
    return {status, std::move(headers), std::move(body)};
}

}  // namespace whatsflow::sdk::testing
