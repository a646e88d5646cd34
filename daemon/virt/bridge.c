/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The MTU of a bridge. libvirt gives the host's end of an interface the MTU of
 * its bridge by itself, but tells the guest of one only when the domain's XML
 * has it. A bridge that libvirt makes has the MTU of its network's XML; of
 * others libvirt's interface driver knows, which some systems have in a package
 * of its own.
 */

#include "bridge.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#include "domain.h"
#include "virt-error.h"
#include "xml.h"

#define CURE_DRIVER                                                                                \
    "give mtu as a number, or install libvirt's interface driver "                                 \
    "(libvirt-daemon-driver-interface)"

virNetworkPtr
bridge_find_network(virConnectPtr connection, const char *name, GError **error)
{
    virNetworkPtr network = virNetworkLookupByName(connection, name);

    if (network)
        return network;
    virResetLastError();
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND,
                "there is no libvirt network \"%s\"; \"virsh net-list --all\" shows those "
                "that are, or use a bridge",
                name);
    return NULL;
}

/* Linux, include/uapi/linux/if_ether.h: ETH_MIN_MTU */
#define MIN_MTU 68

/* <mtu size='N'/> in the XML of a network or an interface; 0 when there is none that can be. */
static guint
find_mtu(xmlNode *root)
{
    const char *size = seal_xml_attribute(seal_xml_child(root, "mtu"), "size");
    guint64 mtu = 0;

    if (size)
        g_ascii_string_to_unsigned(size, 10, MIN_MTU, G_MAXUINT16, &mtu, NULL);
    return (guint)mtu;
}

static void
refuse_bridge(const char *bridge, GError **error)
{
    g_autofree char *doing = g_strdup_printf("asking for the MTU of bridge \"%s\"", bridge);
    g_autoptr(GError) reason = NULL;

    if (virGetLastErrorCode() == VIR_ERR_NO_INTERFACE) {
        virResetLastError();
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND,
                    "there is no bridge \"%s\", so its MTU is not known; make it, or correct its "
                    "name",
                    bridge);
        return;
    }
    virt_error_take(&reason, SEAL_ERROR_BACKEND, doing);
    g_set_error(error, SEAL_ERROR, reason->code, "%s; " CURE_DRIVER, reason->message);
}

static gboolean
read_bridge(virConnectPtr connection, const char *bridge, VirtReply *reply, GError **error)
{
    virInterfacePtr interface = virInterfaceLookupByName(connection, bridge);
    char *xml = interface ? virInterfaceGetXMLDesc(interface, 0) : NULL;
    g_autoptr(xmlDoc) doc = NULL;

    if (!xml)
        refuse_bridge(bridge, error);
    else
        doc = seal_xml_parse(xml, strlen(xml), SEAL_XML_MAX_DOMAIN, "interface", error);
    if (doc)
        reply->mtu = find_mtu(seal_xml_root(doc));
    free(xml);
    g_clear_pointer(&interface, virInterfaceFree);
    return doc != NULL;
}

/* Where libvirt does not make the bridge itself: <forward mode='bridge'/>, or a device without one.
 */
static gboolean
is_of_the_host(const char *mode)
{
    static const char *const own[] = {"nat", "route", "open", NULL};

    return mode && !g_strv_contains(own, mode);
}

static gboolean
read_network_xml(
    virConnectPtr connection, const char *name, const char *xml, VirtReply *reply, GError **error)
{
    g_autoptr(xmlDoc) doc = seal_xml_parse(xml, strlen(xml), SEAL_XML_MAX_DOMAIN, "network", error);
    xmlNode *root = doc ? seal_xml_root(doc) : NULL;
    const char *mode = seal_xml_attribute(seal_xml_child(root, "forward"), "mode");
    const char *bridge = seal_xml_attribute(seal_xml_child(root, "bridge"), "name");

    if (!doc)
        return FALSE;
    reply->mtu = find_mtu(root);
    if (reply->mtu || !is_of_the_host(mode))
        return TRUE;
    if (bridge)
        return read_bridge(connection, bridge, reply, error);
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                "libvirt network \"%s\" has no bridge whose MTU could be taken; leave mtu out",
                name);
    return FALSE;
}

static gboolean
read_network(virConnectPtr connection, const char *name, VirtReply *reply, GError **error)
{
    virNetworkPtr network = bridge_find_network(connection, name, error);
    char *xml = network ? virNetworkGetXMLDesc(network, 0) : NULL;
    gboolean good = FALSE;

    if (xml)
        good = read_network_xml(connection, name, xml, reply, error);
    else if (network)
        virt_error_take(error, SEAL_ERROR_BACKEND, "reading the network");
    free(xml);
    g_clear_pointer(&network, virNetworkFree);
    return good;
}

gboolean
bridge_read_mtu(virConnectPtr connection,
                const VirtRequest *request,
                VirtReply *reply,
                GError **error)
{
    if (request->bridge)
        return read_bridge(connection, request->bridge, reply, error);
    return read_network(connection, request->networks[0], reply, error);
}
