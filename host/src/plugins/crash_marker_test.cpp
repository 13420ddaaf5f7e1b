// Crashes for real, in processes of their own.
#include "plugins/crash_marker.hpp"

#include "plugins/runtime_fixture.hpp"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>

namespace whatsflow::plugins::testing {
namespace {

using ::testing::HasSubstr;

class Crash : public RuntimeTest {
protected:
    /// Runs `body` in a child that is expected to die.
    template <class Body>
    static void crash(Body body) {
        const auto child = ::fork();
        if (child == 0) {
            // The program's own crash reports would only be noise here.
            for (const int signal : {SIGSEGV, SIGABRT}) ::signal(signal, SIG_DFL);
            body();
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) != 0) << "it was expected to die";
    }
    void crash_inside(const std::string& plugin, int signal = SIGSEGV) {
        crash([&] {
            const CrashMarkers markers(scratch.path / "run", clock);
            markers.install_handler();
            Gate gate(plugin, {});
            gate.open();
            Inside inside(gate);
            ::raise(signal);
        });
        clock.micros += 1'000;
    }
    std::optional<std::string> reason_against(const std::string& plugin) {
        return CrashMarkers(scratch.path / "run", clock).reason_against(plugin);
    }
    std::size_t files() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(scratch.path / "run"), {}));
    }
};

TEST_F(Crash, OneIsBadLuckAndTwoAreAPattern) {
    crash_inside("billing");
    EXPECT_FALSE(reason_against("billing"));
    crash_inside("billing", SIGABRT);

    const auto reason = reason_against("billing");

    ASSERT_TRUE(reason);
    EXPECT_THAT(*reason, HasSubstr("billing was running when the server crashed at "));
    EXPECT_FALSE(reason_against("flags"));
}

TEST_F(Crash, WhoOnlyLooksLeavesNothingBehind) {
    const CrashMarkers markers(scratch.path / "run", clock, CrashMarkers::Notes::only_read);

    const auto attempt = markers.attempt("billing");

    EXPECT_FALSE(markers.reason_against("billing"));
    EXPECT_FALSE(fs::exists(scratch.path / "run"));
}

TEST_F(Crash, TwoThatAreFarApartAreBadLuckTwice) {
    fs::create_directories(scratch.path / "run");
    std::ofstream(scratch.path / "run" / "crash-1-1") << "billing\n1000000\n";
    std::ofstream(scratch.path / "run" / "crash-2-2") << "billing\n1000601\n";
    EXPECT_FALSE(reason_against("billing"));
    std::ofstream(scratch.path / "run" / "crash-3-3") << "billing\n1001201\n";
    EXPECT_TRUE(reason_against("billing"));
}

TEST_F(Crash, OutsideOfEveryPluginNobodyIsNamed) {
    crash([&] {
        CrashMarkers(scratch.path / "run", clock).install_handler();
        ::raise(SIGSEGV);
    });

    EXPECT_EQ(files(), 0u);
}

TEST_F(Crash, ADeathWithoutASignalWhileStartingIsRememberedToo) {
    crash([&] {
        const CrashMarkers markers(scratch.path / "run", clock);
        const auto attempt = markers.attempt("billing");
        ::_exit(3);
    });

    EXPECT_FALSE(reason_against("billing"));  // one; and now it is a marker
    EXPECT_TRUE(fs::exists(scratch.path / "run") && files() == 1);
    crash_inside("billing");
    // The first marker has the fake clock's time, the second the real one: bring them together.
    for (const auto& file : fs::directory_iterator(scratch.path / "run")) std::ofstream(file.path()) << "billing\n5\n";
    EXPECT_TRUE(reason_against("billing"));
}

TEST_F(Crash, ACrashWhileStartingIsOneMarkerAndNotTwo) {
    crash([&] {
        const CrashMarkers markers(scratch.path / "run", clock);
        markers.install_handler();
        const auto attempt = markers.attempt("billing");
        const std::string id = "billing";
        RunningPlugin running(id);
        ::raise(SIGSEGV);
    });

    EXPECT_FALSE(reason_against("billing"));
    EXPECT_EQ(files(), 1u);
}

TEST_F(Crash, AnAttemptThatEndsWellLeavesNothing) {
    const CrashMarkers markers(scratch.path / "run", clock);
    { const auto attempt = markers.attempt("billing"); }

    EXPECT_EQ(files(), 0u);
}

TEST_F(Crash, APluginThatCrashesTwiceInAPageStartsQuarantinedAndCanBeEnabledAgain) {
    for (int i = 0; i < 2; ++i) {
        crash([&] {
            // Threads do not come along into a child: everything is made anew.
            FakeClock own_clock;
            own_clock.micros = clock.micros.load();
            const CrashMarkers markers(scratch.path / "run", own_clock);
            markers.install_handler();
            Gate gate("fixture.works", {});
            gate.open();
            Inside inside(gate);
            ::raise(SIGSEGV);
        });
        clock.micros += 1'000'000;
    }

    start({"works"});

    EXPECT_EQ(status_of("fixture.works").state, State::quarantined);
    EXPECT_THAT(status_of("fixture.works").reason, HasSubstr("fixture.works was running when the server crashed at"));
    EXPECT_THAT(runtime->routes(), ::testing::IsEmpty());
    ASSERT_TRUE(runtime->enable("fixture.works"));
    EXPECT_EQ(files(), 0u);
}

#if !defined(__SANITIZE_THREAD__)  // it has no threads after a fork
/// A whole server in a child: the plugin's own code brings it down.
TEST_F(Crash, TheThirdBootAfterTwoCrashesAtLoadLeavesThePluginOut) {
    const auto boot = [&](const std::string& name) {
        const auto child = ::fork();
        if (child == 0) {
            for (const int signal : {SIGSEGV, SIGABRT}) ::signal(signal, SIG_DFL);
            events::Bus own_bus(log, clock);
            services::ServiceRegistry own_services;
            Runtime booted(platform(own_bus, own_services), with({name, "works"}));
            booted.install_crash_handler();
            const bool started = static_cast<bool>(booted.start_all());
            int answer = 1;
            for (const auto& status : booted.status())
                if (status.id == "fixture." + name && status.state == State::quarantined) answer = 0;
            ::_exit(started ? answer : 2);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        clock.micros += 1'000'000;
        return status;
    };

    for (const auto* name : {"crashes_at_load", "crashes_in_start"}) {
        EXPECT_NE(boot(name), 0);
        EXPECT_NE(boot(name), 0);
        const auto third = boot(name);
        EXPECT_TRUE(WIFEXITED(third) && WEXITSTATUS(third) == 0) << name << " " << third;
    }
}
#endif

}  // namespace
}  // namespace whatsflow::plugins::testing
