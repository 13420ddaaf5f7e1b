#include "messenger.hpp"

#include "notice.hpp"

#include <whatsflow/sdk/id.hpp>

namespace whatsflow::testpay {

using namespace std::chrono_literals;

constexpr const char* kJob = "testpay.bring_notice";

sdk::Result<void> Messenger::start() {
    return host_.jobs().handle(kJob, [this](sdk::JobRun& job) { return run(job); });
}

std::string Messenger::address(const std::string& notify_url) const {
    return notify_url.empty() ? host_.site_url(sdk::Site::api) + "/webhooks/testpay" : notify_url;
}

void Messenger::bring(const sdk::CallContext& context, const std::string& notify_url,
                      const std::vector<Message>& messages) {
    auto patient = context;
    patient.deadline = std::min(context.deadline, std::chrono::steady_clock::now() + 5s);
    for (auto message : messages) {
        if (message.event.event_id.empty()) message.event.event_id = "tpe_" + sdk::make_uuid();
        if (message.event.occurred_at == sdk::Instant{}) message.event.occurred_at = host_.clock().now();
        const auto body = body_of(message.event);
        for (int i = 0; i < message.times; ++i)
            if (!deliver(patient, address(notify_url), body))
                enqueue(context, address(notify_url), message, host_.clock().now());
    }
}

void Messenger::bring_later(const sdk::CallContext& context, const std::string& notify_url, const Message& message,
                            sdk::Milliseconds after) {
    auto later = message;
    later.event.event_id = "tpe_" + sdk::make_uuid();
    later.event.occurred_at = host_.clock().now() + after;
    enqueue(context, address(notify_url), later, later.event.occurred_at);
}

void Messenger::enqueue(const sdk::CallContext& context, const std::string& url, const Message& message,
                        sdk::Instant at) {
    sdk::JobRequest job;
    job.kind = kJob;
    job.payload = {{"url", url},
                   {"body", body_of(message.event)},
                   {"payment", message.event.payment_id},
                   {"marks", message.marks}};
    job.run_at = at;
    if (const auto added = host_.jobs().enqueue(host_.database(), context, job); !added)
        host_.log().warn("Testpay could not keep a notice for later", {{"code", added.error().code}});
}

sdk::Result<void> Messenger::run(sdk::JobRun& job) {
    const auto& payload = job.payload();
    const auto marks = payload.value("marks", "");
    if (!marks.empty())
        if (auto marked = till_.mark(job.context(), payload.value("payment", ""), marks); !marked) return marked;
    return deliver(job.context(), payload.value("url", ""), payload.value("body", ""));
}

sdk::Result<void> Messenger::deliver(const sdk::CallContext& context, const std::string& url, const std::string& body) {
    sdk::OutgoingRequest request;
    request.method = sdk::Method::post;
    request.url = url;
    request.body = body;
    request.headers.add("Content-Type", "application/json");
    // Signed when it leaves, not when it was written: a notice that waited is not stale.
    request.headers.add("Testpay-Signature", sign(secret_, host_.clock().now(), body));
    const auto answer = host_.https().send(context, request);
    if (!answer) return answer.error();
    if (answer->status >= 200 && answer->status < 300) return sdk::ok();
    return sdk::fail("testpay.not_taken", "The webhook answered " + std::to_string(answer->status) + ".");
}

}  // namespace whatsflow::testpay
