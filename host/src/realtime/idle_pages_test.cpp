// What many pages cost that are open and silent.
#include "realtime/test_page.hpp"

#include <sys/resource.h>

#include <fstream>

namespace whatsflow::realtime::testing {
namespace {

constexpr std::size_t kPages = 2000;

std::size_t resident_bytes_now() {
    std::size_t pages = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident;
    return resident * 4096;
}

bool can_open(std::size_t descriptors) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, std::max<rlim_t>(limit.rlim_cur, descriptors));
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur >= descriptors;
}

class IdlePages : public GatewayFixture {};

TEST_F(IdlePages, NeedLittleMemoryAndAllHear) {
    ASSERT_TRUE(can_open(2 * kPages + 100)) << "this machine does not let a process open so many files";
    settings.tick = 250ms;
    std::vector<std::unique_ptr<TestPage>> pages;
    pages.reserve(kPages);
    const auto port = gateway().port();
    const auto before = resident_bytes_now();

    for (std::size_t i = 0; i < kPages; ++i) {
        pages.push_back(std::make_unique<TestPage>(port));
        ASSERT_EQ(pages.back()->open(), 101);
    }
    const auto after = resident_bytes_now();
    gateway().deliver("tenant:t1", "for all");

    EXPECT_EQ(gateway().connections(), kPages);
    for (auto& page : pages) ASSERT_EQ(page->next()->payload, "for all");
    EXPECT_LT(after - before, 100u * 1024 * 1024);
    RecordProperty("bytes_per_page", static_cast<int>((after - before) / kPages));
}

}  // namespace
}  // namespace whatsflow::realtime::testing
