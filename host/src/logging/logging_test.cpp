#include "logging/logging.hpp"

#include "logging/request_scope.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <thread>

namespace whatsflow::logging {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class WrittenLog : public testing::Test {
protected:
    WrittenLog() : folder_(std::filesystem::temp_directory_path() / ("wf-log-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder_);
    }
    ~WrittenLog() override { std::filesystem::remove_all(folder_); }

    std::string file() const { return (folder_ / "whatsflow.log").string(); }

    std::unique_ptr<Logging> open(Options options = {}) {
        options.file = file();
        auto logging = Logging::open(options);
        if (!logging) throw std::runtime_error(logging.error().message);
        return *std::move(logging);
    }

    static std::vector<std::string> lines_of(const std::string& path) {
        std::ifstream stream{path};
        std::vector<std::string> lines;
        for (std::string line; std::getline(stream, line);) lines.push_back(line);
        return lines;
    }
    std::vector<std::string> lines() const { return lines_of(file()); }

    std::filesystem::path folder_;
};

TEST_F(WrittenLog, HasTimeLevelLoggerMessageAndFields) {
    const auto logging = open();

    logging->logger("http").info("listening", {{"port", "5253"}, {"why", "asked to"}});
    logging->flush();

    ASSERT_EQ(lines().size(), 1U);
    EXPECT_THAT(lines()[0], testing::MatchesRegex("[0-9]+-[0-9]+-[0-9]+T[0-9:.]+Z INFO  http: listening port=5253 "
                                                  "why=\"asked to\""));
}

TEST_F(WrittenLog, IsJsonForMachines) {
    const auto logging = open({.format = Format::json});

    {
        const RequestScope scope{"r-1"};
        logging->plugin_logger("stripe").warn("late", {{"ms", "812"}, {"level", "forged"}});
    }
    logging->flush();

    const auto line = nlohmann::json::parse(lines().at(0));
    EXPECT_EQ(line["level"], "warn");
    EXPECT_EQ(line["logger"], "stripe");
    EXPECT_EQ(line["plugin"], "stripe");
    EXPECT_EQ(line["message"], "late");
    EXPECT_EQ(line["request_id"], "r-1");
    EXPECT_EQ(line["ms"], "812");
    EXPECT_EQ(line["level_"], "forged");
}

TEST_F(WrittenLog, NobodyCanForgeALine) {
    const auto logging = open();

    logging->logger("web").info("name\n2026-01-01T00:00:00Z INFO  web: forged \x1b[31m\xff\xe2\x80\xa8",
                                {{"a\r\nb", "c\nd"}, {"e", "f \\"}, {"g", "h\" level=\"x"}});
    logging->flush();

    ASSERT_EQ(lines().size(), 1U);
    EXPECT_THAT(lines()[0], HasSubstr("name\\n2026"));
    EXPECT_THAT(lines()[0], HasSubstr("\\x1b[31m\\xff\\xe2\\x80\\xa8"));
    EXPECT_THAT(lines()[0], EndsWith(R"( a\r\nb=c\nd e="f \\" g="h\" level=\"x")"));
}

TEST_F(WrittenLog, MasksSecretsAndPhoneNumbersByTheirName) {
    const auto logging = open();

    logging->logger("web").info("signed in", {{"Password", "hunter2"},
                                              {"X-Api-Key", "k-1"},
                                              {"card_number", "4242424242424242"},
                                              {"phone", "+94771234567"},
                                              {"user", "u-1"}});
    logging->flush();

    const auto line = lines().at(0);
    EXPECT_THAT(line, Not(HasSubstr("hunter2")));
    EXPECT_THAT(line, Not(HasSubstr("k-1")));
    EXPECT_THAT(line, Not(HasSubstr("4242")));
    EXPECT_THAT(line, HasSubstr("phone=+94*******67"));
    EXPECT_THAT(line, HasSubstr("user=u-1"));
}

TEST_F(WrittenLog, ObeysItsLevelAlsoWhenItChanges) {
    const auto logging = open();
    auto& logger = logging->logger("web");

    logger.debug("one");
    logging->set_level(sdk::LogLevel::debug);
    logger.debug("two");
    logging->flush();

    ASSERT_EQ(lines().size(), 1U);
    EXPECT_THAT(lines()[0], EndsWith("two"));
}

TEST_F(WrittenLog, GoesToANewFileAfterRotation) {
    const auto logging = open();
    const auto rotated = file() + ".1";

    logging->logger("web").info("before");
    logging->flush();
    std::filesystem::rename(file(), rotated);
    ASSERT_TRUE(logging->reopen());
    logging->logger("web").info("after");
    logging->flush();

    EXPECT_THAT(lines_of(rotated).at(0), EndsWith("before"));
    EXPECT_THAT(lines().at(0), EndsWith("after"));
}

TEST_F(WrittenLog, RemembersTheNewestLines) {
    const auto logging = open({.remembered_lines = 3});

    for (int i = 0; i < 5; ++i) logging->logger("web").info("line " + std::to_string(i));
    logging->flush();

    const auto recent = logging->recent();
    ASSERT_EQ(recent.size(), 3U);
    EXPECT_THAT(recent[0].line, EndsWith("line 2"));
    EXPECT_THAT(recent[2].line, EndsWith("line 4"));
    EXPECT_EQ(logging->recent(1).size(), 1U);
}

TEST_F(WrittenLog, WritesWhatIsQueuedBeforeItEnds) {
    auto logging = open();

    for (int i = 0; i < 1000; ++i) logging->logger("web").info("line");
    logging.reset();

    EXPECT_EQ(lines().size(), 1000U);
}

TEST_F(WrittenLog, KeepsTheOrderOfAThread) {
    const auto logging = open();

    for (int i = 0; i < 500; ++i) {
        if (i % 2 == 0)
            logging->logger("web").info(std::to_string(i));
        else
            logging->logger("web").error(std::to_string(i));
    }
    logging->flush();

    const auto written = lines();
    ASSERT_EQ(written.size(), 500U);
    for (std::size_t i = 0; i < written.size(); ++i) EXPECT_THAT(written[i], EndsWith(": " + std::to_string(i)));
}

TEST_F(WrittenLog, OfASureLoggerIsOnTheDiskWhenTheCallReturns) {
    const auto logging = open({.queue_lines = 4});

    for (int i = 0; i < 50; ++i) logging->sure_logger("audit").info("changed", {{"number", std::to_string(i)}});

    ASSERT_EQ(lines().size(), 50U);  // without a flush, and more than the queue could take
    EXPECT_THAT(lines()[49], HasSubstr("INFO  audit: changed number=49"));
    EXPECT_EQ(logging->dropped(), 0U);
}

TEST(FullQueue, DropsAndCountsLinesBelowWarnAndNeverWaits) {
    // A pipe that nobody reads: the writing thread hangs in write, as on a stalled disk.
    const auto pipe = std::filesystem::temp_directory_path() / ("wf-pipe-" + std::to_string(::getpid()));
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
    auto opened = Logging::open({.file = pipe.string(), .queue_lines = 64});
    ASSERT_TRUE(opened);
    auto logging = *std::move(opened);
    auto& logger = logging->logger("web");

    const std::string long_line(8000, 'x');
    for (int i = 0; i < 200; ++i) logger.info(long_line);
    const auto dropped = logging->dropped();
    for (int i = 0; i < 8; ++i) logger.warn("important");

    EXPECT_GT(dropped, 0U);
    EXPECT_EQ(logging->dropped(), dropped) << "a warning was dropped although room was kept for it";

    std::thread drain{[reader] {
        std::string buffer(64 * 1024, '\0');
        ::fcntl(reader, F_SETFL, 0);
        while (::read(reader, buffer.data(), buffer.size()) > 0) continue;
    }};
    logging.reset();
    drain.join();
    ::close(reader);
    std::filesystem::remove(pipe);
}

TEST(Logging, AFileThatCannotBeOpenedIsAnError) {
    const auto logging = Logging::open({.file = "/does/not/exist/whatsflow.log"});

    ASSERT_FALSE(logging);
    EXPECT_EQ(logging.error().code, "log.unwritable");
}

TEST(Logging, LevelsAndFormatsHaveNames) {
    EXPECT_EQ(level_from("warn"), sdk::LogLevel::warn);
    EXPECT_EQ(level_from("loud"), std::nullopt);
    EXPECT_EQ(format_from("json"), Format::json);
    EXPECT_EQ(format_from("xml"), std::nullopt);
}

TEST(RequestScope, NestsAndBelongsToItsThread) {
    const RequestScope outer{"outer"};
    {
        const RequestScope inner{"inner"};
        EXPECT_EQ(RequestScope::current(), "inner");
        std::thread{[] { EXPECT_EQ(RequestScope::current(), ""); }}.join();
    }
    EXPECT_EQ(RequestScope::current(), "outer");
}

}  // namespace
}  // namespace whatsflow::logging
