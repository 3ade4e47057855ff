"""What views fetch from: the corpus, the search, the staff database."""

from kb.services.site_services import Services, init_services, services

__all__ = ["Services", "init_services", "services"]
