/// \file
/// An outbox on an empty database, delivering on the test's thread.
#pragma once

#include "background/durable_fixture.hpp"
#include "outbox/outbox.hpp"

#include <gmock/gmock.h>

namespace whatsflow::outbox::testing {

using background::testing::DurableTest;
using background::testing::no_gate;
using namespace std::chrono_literals;

struct Counted {
    static constexpr sdk::EventType kType{"shop.counted", 1};
    std::int64_t number = 0;
    std::string word = "none";
    static constexpr auto fields() {
        return std::make_tuple(sdk::field("number", &Counted::number), sdk::field("word", &Counted::word));
    }
};

class OutboxFixture : public DurableTest {
protected:
    void SetUp() override {
        DurableTest::SetUp();
        bus = std::make_unique<events::Bus>(log, clock);
        outbox = another();
        shop = outbox->for_plugin("shop", no_gate());
    }
    /// Another host on the same database.
    std::unique_ptr<Outbox> another(Options options = {}) {
        return std::make_unique<Outbox>(*database, *bus, clock, log, std::move(options));
    }
    void record(std::int64_t number, const std::string& tenant = "t-1") {
        auto done = database->transaction(context, [&](sdk::Transaction& tx) {
            return sdk::record(*shop, tx, context, Counted{number, "w"}, sdk::TenantId{tenant});
        });
        ASSERT_TRUE(done) << done.error().message;
    }
    /// Keeps the numbers it is told, and fails those in `bad`.
    sdk::Outbox::Handler keeper() {
        return [this](const sdk::Envelope& envelope) -> sdk::Result<void> {
            const auto event = sdk::read_event<Counted>(envelope);
            if (bad.contains(event.number)) return sdk::fail("shop.no", "not this one");
            kept.push_back(event.number);
            return sdk::ok();
        };
    }
    /// The same into table `seen`, through the transaction.
    sdk::Outbox::TransactionalHandler writer() {
        return [this](sdk::Transaction& tx, const sdk::Envelope& envelope) -> sdk::Result<void> {
            const auto event = sdk::read_event<Counted>(envelope);
            auto done = tx.execute(context, "INSERT INTO seen VALUES (?, ?)", {event.number, envelope.tenant.text()});
            if (!done) return done.error();
            if (bad.contains(event.number)) return sdk::fail("shop.no", "not this one");
            return sdk::ok();
        };
    }
    std::vector<std::int64_t> seen() {
        std::vector<std::int64_t> numbers;
        auto rows = database->query(context, "SELECT n FROM seen ORDER BY n");
        if (!rows) ADD_FAILURE() << rows.error().message;
        for (std::size_t i = 0; rows && i < rows->size(); ++i) numbers.push_back((*rows)[i].integer("n"));
        return numbers;
    }

    std::unique_ptr<events::Bus> bus;
    std::unique_ptr<Outbox> outbox;
    std::shared_ptr<sdk::Outbox> shop;
    std::vector<std::int64_t> kept;
    std::set<std::int64_t> bad;
};

}  // namespace whatsflow::outbox::testing
