// What publishers and subscribers rely on.
#include "outbox/outbox_fixture.hpp"

namespace whatsflow::outbox::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Numbers = std::vector<std::int64_t>;

class OutboxTest : public OutboxFixture {};

TEST_F(OutboxTest, AnEventReachesItsSubscriberWithEverythingItCarries) {
    sdk::Envelope seen;
    Counted event;
    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", [&](const sdk::Envelope& envelope) -> sdk::Result<void> {
        seen = envelope;
        event = sdk::read_event<Counted>(envelope);
        return sdk::ok();
    }));

    record(7, "t-9");
    outbox->deliver_due();

    EXPECT_EQ(event.number, 7);
    EXPECT_EQ(event.word, "w");
    EXPECT_EQ(seen.tenant.text(), "t-9");
    EXPECT_EQ(seen.publisher, "shop");
    EXPECT_EQ(seen.type.text(), "shop.counted/1");
    EXPECT_EQ(seen.occurred_at, clock.now());
    EXPECT_EQ(seen.id.size(), 36u);
}

TEST_F(OutboxTest, WhatIsRolledBackWasNeverRecorded) {
    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", keeper()));
    int live = 0;
    auto ear = bus->subscribe("shop.counted/1", {}, [&](const auto&) { ++live; });

    auto done = database->transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        EXPECT_TRUE(sdk::record(*shop, tx, context, Counted{1, ""}));
        return sdk::fail("shop.changed_mind", "no");
    });
    outbox->deliver_due();

    EXPECT_FALSE(done);
    EXPECT_TRUE(bus->drain(5s));
    EXPECT_THAT(kept, IsEmpty());
    EXPECT_EQ(live, 0);
}

TEST_F(OutboxTest, ALiveListenerHearsItOnceAfterTheCommit) {
    std::atomic<int> live = 0;
    std::string id;
    auto ear = bus->subscribe("shop.counted/1", {}, [&](const auto& envelope) {
        id = envelope->id;
        ++live;
    });

    record(1);

    EXPECT_TRUE(bus->drain(5s));
    EXPECT_EQ(live, 1);
    EXPECT_EQ(id, word("SELECT id FROM core_outbox_events"));
}

TEST_F(OutboxTest, ANewSubscriberBeginsWithWhatIsRecordedFromNowOn) {
    record(1);

    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", keeper()));
    record(2);
    outbox->deliver_due();

    EXPECT_THAT(kept, ElementsAre(2));
}

TEST_F(OutboxTest, ASubscriberThatComesBackGoesOnWhereItWas) {
    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", keeper()));
    record(1);
    outbox->deliver_due();

    outbox->withdraw("shop");
    record(2);
    outbox->deliver_due();
    EXPECT_THAT(kept, ElementsAre(1));
    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", keeper()));
    outbox->deliver_due();

    EXPECT_THAT(kept, ElementsAre(1, 2));
}

TEST_F(OutboxTest, EachSubscriberGetsEachEventOnceAndInOrder) {
    Numbers mine;
    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", keeper()));
    ASSERT_TRUE(shop->subscribe("shop.also", "shop.counted/1", [&](const sdk::Envelope& envelope) {
        mine.push_back(sdk::read_event<Counted>(envelope).number);
        return sdk::ok();
    }));
    Numbers all;
    for (std::int64_t i = 0; i < 450; ++i) {
        record(i);
        all.push_back(i);
    }

    outbox->deliver_due();

    EXPECT_EQ(kept, all);
    EXPECT_EQ(mine, all);
}

TEST_F(OutboxTest, AFailingEventComesAgainAndOnlyItsTenantWaits) {
    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", keeper()));
    bad = {1};
    record(1, "t-1");
    record(2, "t-2");
    record(3, "t-1");
    outbox->deliver_due();
    EXPECT_THAT(kept, ElementsAre(2));

    bad.clear();
    outbox->deliver_due();
    EXPECT_THAT(kept, ElementsAre(2)) << "its pause is not over";
    clock.forward(3s);
    outbox->deliver_due();

    EXPECT_THAT(kept, ElementsAre(2, 1, 3));
    EXPECT_EQ(number("SELECT COUNT(*) FROM core_outbox_retries"), 0);
}

TEST_F(OutboxTest, PausesGrow) {
    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", keeper()));
    bad = {1};
    record(1);
    outbox->deliver_due();
    clock.forward(3s);
    outbox->deliver_due();
    clock.forward(3s);
    outbox->deliver_due();

    EXPECT_EQ(number("SELECT attempts FROM core_outbox_retries"), 2) << "the second pause is about six seconds";
}

TEST_F(OutboxTest, AfterTheLastAttemptItIsADeadLetterAndItsTenantGoesOn) {
    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", keeper()));
    bad = {1};
    record(1);
    record(2);
    for (int i = 0; i < 12; ++i) {
        outbox->deliver_due();
        clock.forward(2h);
    }
    outbox->deliver_due();

    EXPECT_THAT(kept, ElementsAre(2));
    EXPECT_EQ(number("SELECT COUNT(*) FROM core_outbox_retries WHERE parked_at IS NOT NULL"), 1);
    EXPECT_EQ(word("SELECT error FROM core_outbox_retries"), "shop.no: not this one");
    EXPECT_THAT(log.text(), HasSubstr("ERROR an event could not be delivered"));
}

TEST_F(OutboxTest, EventsOfNoTenantWaitForNobody) {
    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", keeper()));
    bad = {1};
    record(1, "");
    record(2, "");

    outbox->deliver_due();

    EXPECT_THAT(kept, ElementsAre(2));
}

TEST_F(OutboxTest, ATransactionalHandlersWritesCommitWithItsCursor) {
    ASSERT_TRUE(shop->subscribe_in_transaction("shop.write", "shop.counted/1", writer()));
    for (std::int64_t i = 0; i < 120; ++i) record(i);

    outbox->deliver_due();

    EXPECT_EQ(number("SELECT COUNT(*) FROM seen"), 120);
    EXPECT_EQ(number("SELECT position FROM core_outbox_cursors"), 120);
}

TEST_F(OutboxTest, OneThatFailsInATransactionTakesNobodyWithIt) {
    ASSERT_TRUE(shop->subscribe_in_transaction("shop.write", "shop.counted/1", writer()));
    bad = {2};
    for (std::int64_t i = 1; i <= 4; ++i) record(i, i == 3 ? "t-2" : "t-1");

    outbox->deliver_due();
    EXPECT_THAT(seen(), ElementsAre(1, 3));
    bad.clear();
    clock.forward(3s);
    outbox->deliver_due();

    EXPECT_THAT(seen(), ElementsAre(1, 2, 3, 4));
}

TEST_F(OutboxTest, AHandlerThatThrowsHasFailed) {
    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1",
                                [](const sdk::Envelope&) -> sdk::Result<void> { throw std::runtime_error("oh"); }));
    record(1);

    outbox->deliver_due();

    EXPECT_EQ(word("SELECT error FROM core_outbox_retries"), "plugin.fault: oh");
}

TEST_F(OutboxTest, APluginThatIsStoppingHasNotFailed) {
    auto closed = outbox->for_plugin("shop", [](const auto&, const auto&) -> sdk::Result<void> {
        return sdk::fail("plugin.unavailable", "stopping");
    });
    ASSERT_TRUE(closed->subscribe("shop.keep", "shop.counted/1", keeper()));
    ASSERT_TRUE(closed->subscribe_in_transaction("shop.write", "shop.counted/1", writer()));
    record(1);

    outbox->deliver_due();

    EXPECT_EQ(number("SELECT COUNT(*) FROM core_outbox_retries"), 0);
    EXPECT_EQ(number("SELECT COUNT(*) FROM core_outbox_cursors WHERE position = 0"), 2);
}

TEST_F(OutboxTest, TwoHostsDeliverEachEventOnceBetweenThem) {
    auto second = another();
    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", keeper()));
    ASSERT_TRUE(second->for_plugin("shop", no_gate())->subscribe("shop.keep", "shop.counted/1", keeper()));
    record(1);

    outbox->deliver_due();
    second->deliver_due();
    record(2);
    second->deliver_due();
    EXPECT_THAT(kept, ElementsAre(1)) << "the first one has the lease";
    clock.forward(31s);
    second->deliver_due();

    EXPECT_THAT(kept, ElementsAre(1, 2));
}

TEST_F(OutboxTest, WhoeverLostTheLeaseChangesNothing) {
    ASSERT_TRUE(shop->subscribe_in_transaction("shop.write", "shop.counted/1", writer()));
    record(1);
    outbox->deliver_due();
    record(2);
    must("UPDATE core_outbox_cursors SET lease = lease + 1, owner = 'another', leased_until_at = ?",
         {clock.now() + 60s});

    outbox->deliver_due();
    EXPECT_THAT(seen(), ElementsAre(1));
    clock.forward(61s);
    outbox->deliver_due();

    EXPECT_THAT(seen(), ElementsAre(1, 2));
}

TEST_F(OutboxTest, DeliveredEventsAreDeletedAfterAWeekAndOthersKept) {
    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", keeper()));
    bad = {2};
    record(1);
    record(2);
    outbox->deliver_due();
    outbox->withdraw("shop");
    record(3);

    clock.forward(24h * 8);
    outbox->deliver_due();
    EventLog events(*database, clock, {});
    ASSERT_TRUE(events.purge(context, clock.now() - 24h * 7, clock.now() - 24h * 30));

    EXPECT_EQ(number("SELECT COUNT(*) FROM core_outbox_events"), 2) << "one is put off, one was not delivered";
    clock.forward(24h * 31);
    ASSERT_TRUE(events.purge(context, clock.now() - 24h * 7, clock.now() - 24h * 30));
    EXPECT_EQ(number("SELECT COUNT(*) FROM core_outbox_events"), 1) << "nobody was seen for a month";
}

TEST_F(OutboxTest, NamesBelongToTheirPluginAndAreThereOnce) {
    EXPECT_EQ(shop->subscribe("billing.keep", "shop.counted/1", keeper()).error().code, "outbox.bad_subscriber");
    EXPECT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", keeper()));
    EXPECT_EQ(shop->subscribe("shop.keep", "shop.other/1", keeper()).error().code, "outbox.duplicate");
}

TEST_F(OutboxTest, WhatIsTooLargeIsRefusedBeforeTheDatabaseSeesIt) {
    auto done = database->transaction(context, [&](sdk::Transaction& tx) {
        return sdk::record(*shop, tx, context, Counted{1, std::string(70'000, 'x')});
    });

    EXPECT_EQ(done.error().code, "outbox.too_large");
}

TEST_F(OutboxTest, EventsThatCauseEachOtherEndAfterSixteenHops) {
    ASSERT_TRUE(shop->subscribe_in_transaction(
        "shop.echo", "shop.counted/1", [&](sdk::Transaction& tx, const sdk::Envelope& envelope) -> sdk::Result<void> {
            auto again = sdk::record(*shop, tx, context, Counted{static_cast<std::int64_t>(envelope.hop) + 1, ""});
            EXPECT_EQ(again ? "" : again.error().code, envelope.hop < 16 ? "" : "events.too_deep");
            return sdk::ok();
        }));
    record(0);

    for (int i = 0; i < 20; ++i) outbox->deliver_due();

    EXPECT_EQ(number("SELECT COUNT(*) FROM core_outbox_events"), 17);
}

TEST_F(OutboxTest, TheListOfEventsSaysWhatIsDurable) {
    bus->declare("shop", "shop.counted/1");
    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", keeper()));
    bus->declare("shop", "shop.counted/1");

    const auto list = bus->list();

    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].delivery, "outbox");
    EXPECT_EQ(list[0].subscribers.at(0).owner, "shop");
}

TEST_F(OutboxTest, ThreadsDeliverAtOnceAfterTheCommit) {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t count = 0;
    ASSERT_TRUE(shop->subscribe("shop.keep", "shop.counted/1", [&](const sdk::Envelope&) {
        std::lock_guard lock(mutex);
        ++count;
        changed.notify_all();
        return sdk::ok();
    }));
    ASSERT_TRUE(shop->subscribe_in_transaction("shop.write", "shop.counted/1", writer()));
    outbox->start();

    for (int i = 0; i < 50; ++i) record(i);

    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, 20s, [&] { return count == 50; }));
    lock.unlock();
    while (number("SELECT COUNT(*) FROM seen") < 50) std::this_thread::yield();
    EXPECT_TRUE(outbox->stop());
    EXPECT_EQ(number("SELECT COUNT(*) FROM core_outbox_cursors WHERE owner IS NULL"), 2) << "another may go on at once";
}

}  // namespace
}  // namespace whatsflow::outbox::testing
