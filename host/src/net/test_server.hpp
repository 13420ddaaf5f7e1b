/// \file
/// Only for tests: servers on 127.0.0.1 that behave as badly as the test asks, and
/// certificates made for the occasion with the openssl program.
#pragma once

#include <whatsflow/sdk/https_client.hpp>

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SecureStreamSocketImpl.h>
#include <Poco/Net/ServerSocket.h>

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace whatsflow::net::testing {

inline sdk::OutgoingRequest to(std::string url) {
    sdk::OutgoingRequest request;
    request.url = std::move(url);
    return request;
}

inline sdk::OutgoingRequest repeatable(std::string url) {
    auto request = to(std::move(url));
    request.repeatable = true;
    return request;
}

inline sdk::CallContext until(sdk::CallContext::Deadline deadline) {
    sdk::CallContext context;
    context.deadline = deadline;
    return context;
}

/// An authority and certificates of its own; the folder goes with the object.
class Certificates {
public:
    Certificates() : folder_(std::filesystem::temp_directory_path() / ("wf-certs-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder_);
        const std::string key = " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        run("req -x509" + key + " -keyout ca.key -out ca.pem -subj '/CN=Test Authority' -days 2");
        issue("good", "DNS:localhost,IP:127.0.0.1", "2");
        issue("expired", "DNS:localhost,IP:127.0.0.1", "-1");
        issue("wrong_host", "DNS:elsewhere.example", "2");
        run("req -x509" + key + " -keyout self_signed.key -out self_signed.pem -subj /CN=localhost -days 2 " +
            "-addext subjectAltName=DNS:localhost,IP:127.0.0.1");
    }
    ~Certificates() { std::filesystem::remove_all(folder_); }
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;

    std::string authority() const { return file("ca.pem"); }
    std::string file(const std::string& name) const { return (folder_ / name).string(); }

private:
    void issue(const std::string& name, const std::string& names, const std::string& days) const {
        run("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout " + name + ".key -out " + name +
            ".csr -subj /CN=test");
        const auto command =
            "cd '" + folder_.string() + "' && printf 'subjectAltName=" + names + "\\n' > " + name + ".ext";
        if (std::system(command.c_str()) != 0) throw std::runtime_error("printf failed");
        run("x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days " + days + " -extfile " +
            name + ".ext -out " + name + ".pem");
    }
    void run(const std::string& arguments) const {
        const auto command = "cd '" + folder_.string() + "' && openssl " + arguments + " 2>/dev/null";
        if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl " + arguments + " failed");
    }

    std::filesystem::path folder_;
};

/// Serves one connection after the other, each on its own thread.
class Server {
public:
    /// The second argument counts connections from 1.
    using Handler = std::function<void(Poco::Net::StreamSocket&, int)>;

    static Server secure(const Certificates& certificates, const std::string& certificate, Handler handler,
                         bool only_tls_1_1 = false) {
        using Poco::Net::Context;
        Context::Params parameters;
        parameters.privateKeyFile = certificates.file(certificate + ".key");
        parameters.certificateFile = certificates.file(certificate + ".pem");
        parameters.verificationMode = Context::VERIFY_NONE;
        // The lowest security level, or the library itself refuses to speak TLS 1.1.
        parameters.cipherList = only_tls_1_1 ? "ALL:@SECLEVEL=0" : "ALL";
        Context::Ptr context{new Context(Context::TLS_SERVER_USE, parameters)};
        context->enableSessionCache(true, "net tests");
        if (only_tls_1_1) {
            context->disableProtocols(Context::PROTO_TLSV1 | Context::PROTO_TLSV1_2 | Context::PROTO_TLSV1_3);
        }
        return Server{
            std::make_unique<Poco::Net::SecureServerSocket>(Poco::Net::SocketAddress{"127.0.0.1", 0}, 16, context),
            std::move(handler)};
    }
    static Server plain(Handler handler) {
        return Server{std::make_unique<Poco::Net::ServerSocket>(Poco::Net::SocketAddress{"127.0.0.1", 0}, 16),
                      std::move(handler)};
    }

    Server(Server&&) = default;
    ~Server() {
        if (!state_) return;
        state_->stopping = true;
        acceptor_.join();
        for (auto& thread : state_->threads) thread.join();
    }

    std::uint16_t port() const { return state_->socket->address().port(); }
    std::string url(const std::string& scheme, const std::string& path = "/") const {
        return scheme + "://localhost:" + std::to_string(port()) + path;
    }
    int connections() const { return state_->connections; }
    /// True once the test is over: for handlers that wait.
    static bool wait_for_byte(Poco::Net::StreamSocket& socket) {
        char byte = 0;
        try {
            return socket.receiveBytes(&byte, 1) > 0;
        } catch (const Poco::Exception&) {
            return false;
        }
    }

    /// Whether the client came back with a session of an earlier connection.
    static bool was_resumed(Poco::Net::StreamSocket& socket) {
        auto* const secure = dynamic_cast<Poco::Net::SecureStreamSocketImpl*>(socket.impl());
        return secure && secure->sessionWasReused();
    }

    /// Reads a request's head; empty when the client went away.
    static std::string read_head(Poco::Net::StreamSocket& socket) {
        std::string head;
        char byte = 0;
        while (!head.ends_with("\r\n\r\n")) {
            if (socket.receiveBytes(&byte, 1) <= 0) return {};
            head += byte;
        }
        return head;
    }
    static void write(Poco::Net::StreamSocket& socket, const std::string& text) {
        std::size_t sent = 0;
        while (sent < text.size()) {
            sent +=
                static_cast<std::size_t>(socket.sendBytes(text.data() + sent, static_cast<int>(text.size() - sent)));
        }
    }
    static std::string answer(const std::string& body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

private:
    struct State {
        std::unique_ptr<Poco::Net::ServerSocket> socket;
        Handler handler;
        std::atomic<bool> stopping{false};
        std::atomic<int> connections{0};
        std::vector<std::thread> threads;
    };

    Server(std::unique_ptr<Poco::Net::ServerSocket> socket, Handler handler) : state_(std::make_unique<State>()) {
        state_->socket = std::move(socket);
        state_->handler = std::move(handler);
        acceptor_ = std::thread{[state = state_.get()] {
            while (!state->stopping) {
                if (!state->socket->poll(Poco::Timespan{0, 20'000}, Poco::Net::Socket::SELECT_READ)) continue;
                // Shared by a count that race detectors know; they do not know that of the library.
                auto connection = std::make_shared<Poco::Net::StreamSocket>(state->socket->acceptConnection());
                const int number = ++state->connections;
                state->threads.emplace_back([state, connection, number] {
                    try {
                        connection->setReceiveTimeout(Poco::Timespan{5, 0});
                        state->handler(*connection, number);
                    } catch (const Poco::Exception&) {
                        return;  // the client went away, as many tests want it to
                    }
                });
            }
        }};
    }

    std::unique_ptr<State> state_;
    std::thread acceptor_;
};

}  // namespace whatsflow::net::testing
