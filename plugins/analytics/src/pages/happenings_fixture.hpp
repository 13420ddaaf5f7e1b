/// \file
/// For tests of pages about tenants: what other plugins tell over the outbox.
#pragma once

#include "pages_fixture.hpp"

#include <whatsflow/sdk/id.hpp>

namespace whatsflow::analytics {

class HappeningsTest : public PagesTest {
protected:
    void happened(sdk::EventType type, nlohmann::json fields, const std::string& tenant, const char* at) {
        sdk::Envelope envelope;
        envelope.id = sdk::make_uuid();
        envelope.type = type;
        envelope.tenant = sdk::TenantId{tenant};
        envelope.occurred_at = *read_instant(at);
        envelope.object = std::make_shared<const nlohmann::json>(std::move(fields));
        envelope.to_json = [](const void* object) { return *static_cast<const nlohmann::json*>(object); };
        host_.facilities().outbox.add(std::move(envelope));
        EXPECT_TRUE(host_.facilities().outbox.deliver(*database_).empty());
    }
    void noted(const char* kind, const char* subject, const char* at) {
        happened({"accounts.note_added", 1}, {{"kind", kind}, {"subject", subject}}, "", at);
    }
    void signed_up(const char* tenant, const char* country, const char* at) {
        happened({"accounts.tenant_created", 1},
                 {{"tenant", tenant}, {"plan", "growth"}, {"country", country}, {"campaign", {{"utm_source", "news"}}}},
                 tenant, at);
    }
    void paid(const char* tenant, int amount, const char* at) {
        happened({"billing.payment_succeeded", 1}, {{"tenant", tenant}, {"amount", amount}, {"currency", "USD"}},
                 tenant, at);
    }
    std::string segment(const char* dimension, const char* value) {
        const Segment made{sdk::make_uuid(), std::string(dimension) + value, {{dimension, value}}};
        EXPECT_TRUE(add_segment(*database_, sdk::testing::a_context(), made, host_.clock().now()));
        return "&segment=" + made.id;
    }
    static constexpr const char* kSpan = "?from=2026-11-01&to=2026-11-26";
};

}  // namespace whatsflow::analytics
