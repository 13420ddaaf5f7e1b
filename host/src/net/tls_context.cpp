#include "net/tls_context.hpp"

#include "net/transport_error.hpp"

#include <Poco/Crypto/X509Certificate.h>
#include <Poco/Net/RejectCertificateHandler.h>
#include <Poco/Net/SSLManager.h>

#include <mutex>

namespace whatsflow::net {
namespace {

// Forward secrecy and authenticated encryption only; TLS 1.3 has its own list, all good.
constexpr const char* cipher_list = "ECDHE+AESGCM:ECDHE+CHACHA20";

/// The library's default handlers ask on the console; a server has nobody to answer.
void refuse_instead_of_asking(const Poco::Net::Context::Ptr& context) {
    static std::once_flag once;
    std::call_once(once, [&] {
        Poco::Net::initializeSSL();
        const Poco::SharedPtr<Poco::Net::InvalidCertificateHandler> handler{
            new Poco::Net::RejectCertificateHandler(false)};
        Poco::Net::SSLManager::instance().initializeClient(nullptr, handler, context);
    });
}

Poco::Net::Context::Ptr make_context(const std::string& extra_ca_file) {
    using Poco::Net::Context;
    try {
        Context::Params parameters;
        parameters.verificationMode = Context::VERIFY_STRICT;
        parameters.verificationDepth = 9;
        parameters.loadDefaultCAs = true;
        parameters.cipherList = cipher_list;
        Context::Ptr context{new Context(Context::TLS_CLIENT_USE, parameters)};
        context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
        context->enableExtendedCertificateVerification(true);
        context->enableSessionCache(true);
        if (!extra_ca_file.empty()) {
            for (const auto& authority : Poco::Crypto::X509Certificate::readPEM(extra_ca_file)) {
                context->addCertificateAuthority(authority);
            }
        }
        refuse_instead_of_asking(context);
        return context;
    } catch (const Poco::Exception& problem) {
        throw TransportError(TransportError::Kind::certificate,
                             "the certificate authorities cannot be loaded: " + problem.displayText());
    }
}

}  // namespace

ClientContext::ClientContext(std::string extra_ca_file) : extra_ca_file_(std::move(extra_ca_file)) {
    if (!extra_ca_file_.empty()) get();
}

Poco::Net::Context::Ptr ClientContext::get() const {
    const std::lock_guard lock{mutex_};
    if (!made_) made_ = make_context(extra_ca_file_);
    return made_;
}

}  // namespace whatsflow::net
