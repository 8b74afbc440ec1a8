"""In-use rules that MiniStack 1.5.33 lacks: what a distribution names cannot be deleted.

MiniStack has them for keys and key groups. It means to have them for policies, but looks for a text that is equal to
the id, and a distribution is stored as one XML text. It has none for functions, origin access controls and web ACLs.
Without them a wrong order of changes goes unnoticed here and never succeeds on AWS (docs/upstream.md).

Shapes of the answers:
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteFunction.html
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteOriginAccessControl.html
https://docs.aws.amazon.com/waf/latest/APIReference/API_DeleteWebACL.html
"""

from xml.etree import ElementTree

from ministack.services import cloudfront, waf

FUNCTION_IN_USE = "Cannot delete the function, it is attached to one or more cache behaviors."
ORIGIN_ACCESS_CONTROL_IN_USE = (
    "Cannot delete the origin access control because it's in use by one or more distributions."
)
WEB_ACL_IN_USE = (
    "AWS WAF couldn’t perform the operation because your resource is being used by another resource "
    "or it’s associated with another resource."
)

delete_function = cloudfront._cf_delete_function
delete_origin_access_control = cloudfront._delete_oac
delete_web_acl = waf._delete_web_acl


def distributions_naming(text):
    """Ids of the distributions whose configuration holds this ARN or id."""
    return [
        one["Id"]
        for one in cloudfront._distributions.values()
        if any(element.text == text for element in ElementTree.fromstring(one["config_xml"]).iter())
    ]


def delete_unused_function(name, headers):
    function = cloudfront._functions.get(name)
    # A wrong ETag is answered first, as AWS does.
    has_etag = function and headers.get("if-match") == function["dev_etag"]
    if has_etag and distributions_naming(function["arn"]):
        return cloudfront._error("FunctionInUse", FUNCTION_IN_USE, 409)
    return delete_function(name, headers)


def delete_unused_origin_access_control(oac_id, headers):
    control = cloudfront._oacs.get(oac_id)
    has_etag = control and headers.get("if-match") == control["ETag"]
    if has_etag and distributions_naming(oac_id):
        return cloudfront._error("OriginAccessControlInUse", ORIGIN_ACCESS_CONTROL_IN_USE, 409)
    return delete_origin_access_control(oac_id, headers)


def delete_unused_web_acl(data):
    acl = waf._resource_from_scope(waf._web_acls, data.get("Id", ""), data.get("Scope", "REGIONAL"))
    has_token = acl and data.get("LockToken") == acl["LockToken"]
    if has_token and distributions_naming(acl["ARN"]):
        return waf._waf_err("WAFAssociatedItemException", WEB_ACL_IN_USE)
    return delete_web_acl(data)


def enforce():
    """Puts the rules in: MiniStack looks its handlers up by these names on each request."""
    cloudfront._cf_delete_function = delete_unused_function
    cloudfront._delete_oac = delete_unused_origin_access_control
    cloudfront._distributions_using_cache_policy = distributions_naming
    cloudfront._distributions_using_policy = distributions_naming
    waf._delete_web_acl = delete_unused_web_acl
