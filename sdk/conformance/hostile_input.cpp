// What the internet sends: every registered route gets it, and none may throw.
#include "walk.hpp"

#include <array>

namespace whatsflow::conformance {
namespace {

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

std::vector<std::string> hostile_texts() {
    using namespace std::string_literals;
    return {"",
            "../../../../etc/passwd",
            "' OR 1=1 --",
            "<script>alert(1)</script>",
            "{{{x}}}{{>layout}}",
            "\xff\xfe\x80 not utf-8",
            "nul\0byte"s,
            "line\r\nSet-Cookie: a=b",
            "99999999999999999999999999",
            "-1",
            "1e309",
            "%00%ff%zz",
            std::string(8192, 'a')};
}

std::vector<std::string> hostile_bodies(std::size_t limit) {
    using namespace std::string_literals;
    std::vector<std::string> bodies{"",
                                    "null",
                                    "[]",
                                    "{}",
                                    "\"text\"",
                                    "{\"a\":",
                                    "{\"amount\":1e400,\"id\":null,\"data\":{\"object\":[]}}",
                                    "{\"id\":{\"id\":{}},\"type\":7,\"amount\":\"x\",\"events\":[null,1,[]]}",
                                    nested(200),
                                    nested(20'000),
                                    "a=b&a=c&=&%zz=%&&amount=&currency=",
                                    "\xff\xfe\x00\x01 binary"s,
                                    "{\"name\":\"\xc3\x28\"}"};
    bodies.emplace_back(std::min<std::size_t>(limit, 1024 * 1024), 'x');
    return bodies;
}

/// The names inside `/a/{b}/{c}`.
std::vector<std::string> parameters_of(const std::string& pattern) {
    std::vector<std::string> names;
    for (auto open = pattern.find('{'); open != std::string::npos; open = pattern.find('{', open + 1)) {
        const auto close = pattern.find('}', open);
        if (close == std::string::npos) break;
        names.push_back(pattern.substr(open + 1, close - open - 1));
    }
    return names;
}

class RouteTrial {
public:
    RouteTrial(const sdk::Route& route, Report& report)
        : route_(route),
          name_(std::string(sdk::to_text(route.method)) + " " + std::string(sdk::to_text(route.site)) + route.pattern),
          report_(report) {}

    void call(const sdk::Request& request, const char* with) {
        if (!problem_.empty()) return;
        try {
            const auto response = route_.handler(request);
            if (response.status() < 100 || response.status() > 599)
                problem_ = "answered status " + std::to_string(response.status()) + " to " + with;
        } catch (const std::exception& exception) {
            problem_ = std::string("threw with ") + with + ": " + exception.what();
        } catch (...) {
            problem_ = std::string("threw something that is not a std::exception with ") + with;
        }
    }

    sdk::Request plain() const {
        sdk::Request request;
        request.site = route_.site;
        request.method = route_.method;
        request.path = route_.pattern;
        request.remote_address = "192.0.2.1";
        request.context = sdk::testing::a_context(sdk::TenantId{"tenant"});
        const auto& permission = route_.permission.text();
        if (permission != "public" && permission != "loopback")
            request.identity = sdk::testing::a_user("tenant", {permission});
        for (const auto& parameter : parameters_of(route_.pattern)) request.parameters.add(parameter, "x");
        return request;
    }

    void run() {
        report_.begin("calling " + name_ + " with hostile input");
        for (const auto& body : hostile_bodies(route_.limits.body_bytes)) {
            auto request = plain();
            request.body = body;
            call(request, "a strange body");
            request.headers.add("Content-Type", "application/json");
            call(request, "a strange JSON body");
        }
        for (const auto& text : hostile_texts()) {
            auto request = plain();
            request.parameters = {};
            for (const auto& parameter : parameters_of(route_.pattern)) request.parameters.add(parameter, text);
            call(request, "strange path parameters");

            request = plain();
            request.query_string = text;
            for (const char* key : {"id", "q", "page", "limit", "cursor", "token", "status"})
                request.query.add(key, text);
            call(request, "a strange query");

            request = plain();
            for (const char* header : {"Content-Type", "X-Signature", "Stripe-Signature", "Authorization",
                                       "Idempotency-Key", "Accept-Language", "User-Agent", "Content-Length"}) {
                request.headers.add(header, text);
                request.headers.add(header, text);
            }
            request.cookies.add("session", text);
            request.locale = text;
            call(request, "strange headers");
        }
        report_.expect(problem_.empty(), "hostile.route", name_ + " survives hostile input.", name_ + " " + problem_);
    }

private:
    const sdk::Route& route_;
    std::string name_;
    std::string problem_;
    Report& report_;
};

}  // namespace

void check_hostile_input(StartedPlugin& plugin, Report& report) {
    for (const auto& route : plugin.host().routes()) RouteTrial(route, report).run();
    for (const auto& contribution : plugin.host().contributions()) {
        if (!contribution.render) continue;
        report.begin("drawing " + contribution.slot + " " + contribution.key);
        std::string problem;
        try {
            sdk::Request request;
            request.site = contribution.site;
            request.identity = sdk::testing::a_user("tenant", {contribution.permission});
            request.context = sdk::testing::a_context(sdk::TenantId{"tenant"});
            (void)contribution.render(request);
        } catch (const std::exception& exception) {
            problem = exception.what();
        } catch (...) {
            problem = "something that is not a std::exception";
        }
        report.expect(problem.empty(), "hostile.slot", contribution.slot + " " + contribution.key + " draws.",
                      contribution.slot + " " + contribution.key + " threw: " + problem);
    }
    const auto faults = plugin.host().faults();
    report.expect(faults.empty(), "hostile.faults", "No exception crossed the plugin line.",
                  faults.empty() ? "" : "An exception crossed the plugin line: " + faults.front());
}

}  // namespace whatsflow::conformance
